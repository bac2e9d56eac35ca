// Names come from other people's processes. On the page they are text nodes, so HTML in them does
// nothing; what is left are characters that change how their neighbours look: controls, ANSI escapes,
// zero-width and bidirectional marks. Those are shown as what they are instead of being obeyed.

const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `text` with every invisible or direction-changing character as `⟨U+202E⟩`. */
export function harmless(text: string): string {
  return text.replace(hidden, (character) => `⟨U+${codeOf(character)}⟩`);
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
