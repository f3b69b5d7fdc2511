/** The notes of a case, and a place to write one. */
import { useRef, useState } from "preact/hooks";
import { post } from "../api.ts";
import { momentText } from "../time.ts";
import type { Note, Page } from "../types.ts";
import { Loaded, Section } from "../ui/parts.tsx";
import { useAction, useResource, useWorkbench } from "../workbench.tsx";

export function Notes({ caseUrl }: { caseUrl: string }) {
  const { t, language } = useWorkbench();
  const notes = useResource<Page<Note>>(`${caseUrl}/notes`);
  return (
    <Section title={t.case.notes} id="notes">
      <NewNote url={`${caseUrl}/notes`} saved={notes.reload} />
      <Loaded from={notes}>
        {({ items }) => items.length === 0 ? <p>{t.case.noNotes}</p> : (
          <ul class="notes nobullet-list no-max-width">
            {[...items].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).map((note) => (
              <li key={note.id}>
                <p class="note-text">{note.text}</p>
                <span class="sub">{[momentText(note.at, language), note.author, note.elementName].filter(Boolean).join(" · ")}</span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

const longestNote = 4000;

function NewNote({ url, saved }: { url: string; saved: () => Promise<void> }) {
  const { t, say } = useWorkbench();
  const [text, setText] = useState("");
  const [error, setError] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const [busy, run] = useAction();
  const save = () => {
    if (text.trim() === "") {
      setError(true);
      return input.current?.focus();
    }
    return void run(async () => {
      await post(url, { text: text.trim() });
      setText("");
      say(t.case.noteSaved);
      await saved();
    });
  };
  return (
    <form class="new-note" onSubmit={(e) => { e.preventDefault(); save(); }}>
      <div class={`form-group ${error ? "form-error" : ""}`}>
        <label class="form-label" for="note">{t.case.newNote}</label>
        <span class="form-hint" id="note-hint">{t.case.noteWarning}</span>
        {error && <span class="form-error-message" id="note-error"><span class="sr-only">{t.form.errorPrefix}</span>{t.case.noteEmpty}</span>}
        <textarea ref={input} id="note" class="form-input" rows={3} maxLength={longestNote} value={text} aria-required="true" aria-invalid={error || undefined}
          aria-describedby={error ? "note-hint note-error" : "note-hint"} onInput={(e) => { setText(e.currentTarget.value); setError(false); }} />
      </div>
      <button type="submit" class="button button-secondary" aria-disabled={busy}>{t.case.noteSave}</button>
    </form>
  );
}
