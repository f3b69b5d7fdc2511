/** A bar of parts that make a whole, each with its number in words: the colours only repeat what stands there. */

export interface StackPart {
  readonly kind: "good" | "bad" | "unknown" | "rest";
  readonly count: number;
  readonly label: string;
}

export function Stack({ parts }: { parts: readonly StackPart[] }) {
  const some = parts.filter((p) => p.count > 0);
  return (
    <div class="stack">
      <div class="stack-bar" aria-hidden="true">{some.map((p) => <span key={p.label} class={`stack-${p.kind}`} style={{ flexGrow: p.count }} />)}</div>
      <ul class="legend nobullet-list no-max-width">
        {some.map((p) => <li key={p.label}><span class={`swatch stack-${p.kind}`} aria-hidden="true" /><strong>{p.count.toLocaleString("da-DK")}</strong> {p.label}</li>)}
      </ul>
    </div>
  );
}
