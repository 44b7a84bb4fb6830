// What a screen says of the connection and of what is saved; apart, because a client without a screen needs none of it
export * from '../connection/connection-view.ts';
