import { deviceWords, isHandheld } from './device-words';

describe('words of devices', () => {
  it('ADMIN-6 a device is told by its browser and system, and what is none as a program', () => {
    const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0';
    const edge = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0';
    const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
    const android = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
    expect([windows, edge, phone, android, 'node', '', null].map(deviceWords)).toEqual(['Firefox, Windows', 'Edge, Windows', 'Safari, iPhone', 'Chrome, Android', 'A program', 'Unknown device', 'Unknown device']);
    expect([windows, phone, android].map(isHandheld)).toEqual([false, true, true]);
  });
});
