/** The letters of a case, as their receivers read them. */
import { useMemo } from "preact/hooks";
import { momentText } from "../time.ts";
import type { Letter, Page } from "../types.ts";
import { Section } from "../ui/parts.tsx";
import { useWorkbench, type Resource } from "../workbench.tsx";

/** What has been sent, the newest first; nothing at all before the first letter. */
export function Letters({ from }: { from: Resource<Page<Letter>> }) {
  const { t, language } = useWorkbench();
  const letters = from.data?.items ?? [];
  if (letters.length === 0) return null;
  return (
    <Section title={t.case.letters} id="letters">
      <ul class="letters nobullet-list no-max-width">
        {letters.map((letter) => (
          <li key={letter.id}>
            <details>
              <summary>{letter.subject}<span class="sub">{[t.case.receivers[letter.receiver], momentText(letter.at, language)].filter(Boolean).join(" · ")}</span></summary>
              <Body html={letter.body} />
            </details>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A letter is HTML. Only its paragraphs, lines and words are drawn, so that nothing in a letter can become script. */
function Body({ html }: { html: string }) {
  const { body } = useMemo(() => new DOMParser().parseFromString(html, "text/html"), [html]);
  return (
    <div class="letter" lang="da">
      {[...body.children].map((paragraph, i) => <p key={i}>{[...paragraph.childNodes].map((part) => (part.nodeName === "BR" ? <br /> : part.textContent))}</p>)}
    </div>
  );
}
