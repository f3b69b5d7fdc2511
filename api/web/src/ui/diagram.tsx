/** A BPMN diagram with the tokens marked. bpmn-js is fetched only when a diagram is shown. */
import type NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ElementState } from "../types.ts";
import { useWorkbench } from "../workbench.tsx";
import { Icon } from "./icons.tsx";

interface Canvas {
  zoom(level: number | "fit-viewport", center?: "auto"): number;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  viewbox(): { scale: number; outer: { width: number; height: number } };
  viewbox(box: { x: number; y: number; width: number; height: number }): void;
}

interface Shape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What is drawn inside of it. */
  readonly children?: readonly unknown[];
}

const zoomStep = 1.25;
const readableScale = 0.75; // below this the diagram's text is too small: show where the token is instead of all

const none: readonly string[] = [];

/** An element and the style class that brings it out. */
export type Mark = readonly [id: string, mark: string];

interface Shown {
  readonly xml: string;
  readonly elements?: readonly ElementState[];
  /** Elements that were completed. */
  readonly done?: readonly string[];
  /** Sequence flows to bring out. */
  readonly flows?: readonly string[];
  /** What else to bring out. */
  readonly marks?: readonly Mark[];
  /** Called with the id of an element that is clicked; whoever offers this offers the same choice outside of the diagram, for the keyboard. */
  readonly pick?: (id: string) => void;
  readonly name: string;
}

export function Diagram({ xml, elements = [], done = none, flows = none, marks: others = [], pick, name }: Shown) {
  const { t } = useWorkbench();
  const container = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<NavigatedViewer>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let closed = false;
    let opened: NavigatedViewer | undefined;
    open(container.current!, xml).then(
      (v) => { opened = v; closed ? v.destroy() : setViewer(v); },
      () => closed || setFailed(true),
    );
    return () => { closed = true; opened?.destroy(); setViewer(undefined); };
  }, [xml]);
  useEffect(() => {
    if (!viewer) return;
    const marks = [...marksOf(viewer, elements, done, flows), ...others.filter(([id]) => shapeOf(viewer, id))];
    const canvas = viewer.get<Canvas>("canvas");
    marks.forEach(([id, mark]) => canvas.addMarker(id, mark));
    return () => { if (!viewer.get<unknown>("eventBus", false)) return; marks.forEach(([id, mark]) => canvas.removeMarker(id, mark)); };
  }, [viewer, marksKey(elements, done, flows), JSON.stringify(others)]);
  useEffect(() => {
    if (viewer) show(viewer, elements);
  }, [viewer]);
  const latest = useRef(pick);
  latest.current = pick;
  useEffect(() => {
    viewer?.on("element.click", ({ element }: { element: { id: string } }) => latest.current?.(element.id.replace(/_label$/, "")));
  }, [viewer]);
  const zoom = (factor: number) => {
    const canvas = viewer?.get<Canvas>("canvas");
    canvas?.zoom(Math.min(Math.max(canvas.viewbox().scale * factor, 0.2), 4), "auto");
  };
  if (failed) return <p>{t.case.noDiagram}</p>;
  return (
    <div class={pick ? "diagram diagram-pick" : "diagram"}>
      <div ref={container} class="diagram-canvas" role="group" aria-label={t.case.diagramOf(name)} />
      <div class="diagram-tools">
        <button type="button" title={t.case.zoomIn} aria-label={t.case.zoomIn} onClick={() => zoom(zoomStep)}><Icon name="plus" /></button>
        <button type="button" title={t.case.zoomOut} aria-label={t.case.zoomOut} onClick={() => zoom(1 / zoomStep)}><Icon name="minus" /></button>
        <button type="button" title={t.case.zoomFit} aria-label={t.case.zoomFit} onClick={() => viewer?.get<Canvas>("canvas").zoom("fit-viewport", "auto")}><Icon name="zoomFit" /></button>
      </div>
    </div>
  );
}

async function open(container: HTMLElement, xml: string): Promise<NavigatedViewer> {
  const { Viewer } = await import("./bpmn.ts");
  // Without zoomScroll the wheel scrolls the page, not the diagram under the pointer.
  const viewer = new Viewer({ container, zoomScroll: { enabled: false } } as ConstructorParameters<typeof Viewer>[0]);
  await viewer.importXML(xml);
  return viewer;
}

/** What to look at first: what is stuck, then what a person must do. */
const looks = ["incident", "task"];

/** Fits the diagram; if that makes it too small to read, shows the token that matters most in the middle. */
function show(viewer: NavigatedViewer, elements: readonly ElementState[]): void {
  const canvas = viewer.get<Canvas>("canvas");
  const scale = canvas.zoom("fit-viewport", "auto");
  const here = elements.filter((e) => e.state !== "scope");
  const first = [...looks.flatMap((state) => here.filter((e) => e.state === state)), ...here].map((e) => shapeOf(viewer, e.elementId)).find(Boolean);
  if (scale >= readableScale || !first) return;
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / readableScale, outer.height / readableScale];
  canvas.viewbox({ x: first.x + (first.width - width) / 2, y: first.y + (first.height - height) / 2, width, height });
}

function shapeOf(viewer: NavigatedViewer, id: string): Shape | undefined {
  return viewer.get<{ get(id: string): Shape | undefined }>("elementRegistry").get(id);
}

function marksOf(viewer: NavigatedViewer, elements: readonly ElementState[], done: readonly string[], flows: readonly string[]): [id: string, mark: string][] {
  const here = elements.map((e): [string, string] => [e.elementId, e.state === "incident" ? "is-stuck" : e.state === "scope" ? "is-open" : "is-here"]);
  const over = done.filter((id) => !shapeOf(viewer, id)?.children?.length); // colouring all of a frame would hide what was done in it
  const taken = flows.map((id): [string, string] => [id, "is-taken"]);
  return [...over.map((id): [string, string] => [id, "is-done"]), ...taken, ...here].filter(([id]) => shapeOf(viewer, id));
}

function marksKey(elements: readonly ElementState[], done: readonly string[], flows: readonly string[]): string {
  return JSON.stringify([elements.map((e) => [e.elementId, e.state]), done, flows]);
}
