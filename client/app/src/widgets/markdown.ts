import { Marked } from 'marked';

/** Markdown to HTML without any HTML of the writer's own: tags are shown as they were typed. The page sanitizes the result once more. */
const parser = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escapeText(text),
    // an image would load from another site as soon as somebody looks at the note
    image: ({ text, href }) => anchor(href, escapeText(text || href)),
    link({ href, tokens }) {
      return anchor(href, this.parser.parseInline(tokens));
    },
  },
});

function anchor(href: string, inside: string): string {
  const safe = /^(https?:|mailto:)/i.test(href) ? href : '#';
  return `<a href="${escapeText(safe)}" target="_blank" rel="noopener noreferrer">${inside}</a>`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

/** Renders Markdown as HTML that holds only what the Markdown says. */
export function markdownHtml(text: string): string {
  return parser.parse(text, { async: false });
}
