import { TestBed } from '@angular/core/testing';
import { DomSanitizer } from '@angular/platform-browser';
import { SecurityContext } from '@angular/core';
import { markdownHtml } from './markdown';

/** As the page draws it, but before anything is sanitized: what stands in it must be safe by itself. */
function drawn(text: string): HTMLElement {
  const inert = new DOMParser().parseFromString(markdownHtml(text), 'text/html');
  return inert.body;
}

const hostile = [
  '<script>alert(1)</script>', 'a <img src=x onerror=alert(1)> b', '<iframe src="https://x.test"></iframe>', '<svg onload=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<style>* { display: none }</style>',
  '[x](javascript:alert(1))', '[x](JaVaScRiPt:alert(1))', '[x](data:text/html,<script>alert(1)</script>)', '[x](vbscript:x)', '![x](javascript:alert(1))', '![x](https://x.test/track.png)', '![](data:image/svg+xml,<svg onload=alert(1)>)',
  '[x]( java\nscript:alert(1) )', '<javascript:alert(1)>', '[x]("onmouseover="alert(1))', '![" onerror="alert(1)](https://x.test)', '```\n<script>alert(1)</script>\n```', '`<img src=x onerror=alert(1)>`', '[![a](javascript:a)](javascript:b)',
];

describe('WIDGETVIEW Markdown of notes', () => {
  it('WIDGETVIEW-13 nothing that is written runs, loads or frames anything', () => {
    for (const text of hostile) {
      const body = drawn(text);
      expect(body.querySelector('script, img, iframe, svg, style, object, embed, form, link, meta, base')).withContext(text).toBeNull();
      for (const element of body.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) {
          expect(name.startsWith('on') || name === 'style').withContext(text).toBeFalse();
          if (name === 'href') expect(value).withContext(text).toMatch(/^(https?:|mailto:|#)/);
        }
      }
    }
  });

  it('WIDGETVIEW-14 tags are shown as they were typed', () => {
    expect(drawn('a <b onclick=x>c</b> d').textContent.trim()).toBe('a <b onclick=x>c</b> d');
    expect(drawn('<div>\nblock\n</div>').textContent.trim()).toBe('<div>\nblock\n</div>');
  });

  it('WIDGETVIEW-15 links and pictures are links that open beside the board and name nobody', () => {
    for (const text of ['[Runbook](https://x.test/a?b=1&c=2)', '![Runbook](https://x.test/a?b=1&c=2)']) {
      const link = drawn(text).querySelector('a');
      expect(link?.textContent).toBe('Runbook');
      expect(link?.getAttribute('href')).toBe('https://x.test/a?b=1&c=2');
      expect(link?.target).toBe('_blank');
      expect(link?.rel).toBe('noopener noreferrer');
    }
  });

  it('WIDGETVIEW-16 lists, quotes, emphasis and line breaks are drawn, and the page’s sanitizer takes nothing away from them', () => {
    const html = markdownHtml('**a** _b_ ~~c~~\nd\n\n- e\n- f\n\n1. g\n\n> h\n\n### i\n\n`j`');
    const kept = TestBed.inject(DomSanitizer).sanitize(SecurityContext.HTML, html) ?? '';
    const count = (markup: string, tag: string): number => markup.split(`<${tag}`).length - 1;
    for (const tag of ['strong', 'em', 'del', 'br', 'ul', 'ol', 'li', 'blockquote', 'h3', 'code']) expect(count(kept, tag)).withContext(tag).toBe(count(html, tag));
    expect(count(kept, 'li')).toBe(3);
  });
});
