/** BPMN with diagram interchange, generated: a row of steps with a gateway and a boundary timer is all that a story needs. */

interface Shape { id: string; tag: string; name: string; x: number; y: number; w: number; h: number; rest?: string }

const shapes: Shape[] = [
  { id: "start", tag: "startEvent", name: "Sygemelding modtaget", x: 160, y: 182, w: 36, h: 36 },
  { id: "assign", tag: "serviceTask", name: "Tildel konsulent", x: 250, y: 160, w: 100, h: 80 },
  { id: "call", tag: "userTask", name: "Ring til virksomheden", x: 410, y: 160, w: 100, h: 80 },
  { id: "meeting", tag: "userTask", name: "Hold møde på virksomheden", x: 570, y: 160, w: 100, h: 80 },
  { id: "overdue", tag: "boundaryEvent", name: "5 arbejdsdage", x: 622, y: 222, w: 36, h: 36, rest: ' attachedToRef="meeting" cancelActivity="false"' },
  { id: "escalate", tag: "userTask", name: "Leder følger op", x: 700, y: 300, w: 100, h: 80 },
  { id: "plan", tag: "userTask", name: "Lav fastholdelsesplan", x: 730, y: 160, w: 100, h: 80 },
  { id: "back", tag: "exclusiveGateway", name: "Tilbage i job?", x: 895, y: 175, w: 50, h: 50 },
  { id: "flexjob", tag: "callActivity", name: "Afklar fleksjob", x: 1010, y: 280, w: 100, h: 80 },
  { id: "end", tag: "endEvent", name: "Fastholdt", x: 1042, y: 182, w: 36, h: 36 },
];

const flows: [string, string][] = [["start", "assign"], ["assign", "call"], ["call", "meeting"], ["meeting", "plan"], ["overdue", "escalate"], ["plan", "back"], ["back", "end"], ["back", "flexjob"]];

/** The next version: the call has another name and deadline, nobody escalates, and the plan is checked. */
const nextShapes: Shape[] = shapes.filter((s) => s.id !== "escalate" && s.id !== "overdue").map((s) => (s.id === "call" ? { ...s, id: "ring", name: "Ring til arbejdspladsen" } : s))
  .concat({ id: "check", tag: "userTask", name: "Lederen ser planen", x: 730, y: 300, w: 100, h: 80 });
const nextFlows: [string, string][] = [["start", "assign"], ["assign", "ring"], ["ring", "meeting"], ["meeting", "plan"], ["plan", "back"], ["back", "end"], ["back", "flexjob"], ["plan", "check"]];

const at = (shapes: Shape[], id: string) => shapes.find((s) => s.id === id)!;
const middle = (s: Shape) => ({ x: s.x + s.w / 2, y: s.y + s.h / 2 });

function waypoints(from: Shape, to: Shape): string {
  const [a, b] = [middle(from), middle(to)];
  const points = a.y === b.y ? [{ x: from.x + from.w, y: a.y }, { x: to.x, y: b.y }] : [{ x: a.x, y: from.y + from.h }, { x: a.x, y: b.y }, { x: to.x, y: b.y }];
  return points.map((p) => `<di:waypoint x="${p.x}" y="${p.y}"/>`).join("");
}

const element = (s: Shape) => {
  const inner = s.tag === "boundaryEvent" ? "<bpmn:timerEventDefinition/>" : "";
  return `<bpmn:${s.tag} id="${s.id}" name="${s.name}"${s.rest ?? ""}>${inner}</bpmn:${s.tag}>`;
};

const flowId = ([a, b]: [string, string]) => `flow_${a}_${b}`;

const diagram = (shapes: Shape[], flows: [string, string][]) => `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="defs" targetNamespace="http://fasthold.dk/stories">
<bpmn:process id="retention" name="Fastholdelse" isExecutable="true">${shapes.map(element).join("")}${flows.map((f) => `<bpmn:sequenceFlow id="${flowId(f)}" sourceRef="${f[0]}" targetRef="${f[1]}"/>`).join("")}</bpmn:process>
<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="retention">${shapes.map((s) => `<bpmndi:BPMNShape id="${s.id}_di" bpmnElement="${s.id}"${s.tag === "exclusiveGateway" ? ' isMarkerVisible="true"' : ""}><dc:Bounds x="${s.x}" y="${s.y}" width="${s.w}" height="${s.h}"/></bpmndi:BPMNShape>`).join("")}${flows.map((f) => `<bpmndi:BPMNEdge id="${flowId(f)}_di" bpmnElement="${flowId(f)}">${waypoints(at(shapes, f[0]), at(shapes, f[1]))}</bpmndi:BPMNEdge>`).join("")}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;

export const retention = diagram(shapes, flows);
export const nextRetention = diagram(nextShapes, nextFlows);
