/** The elements of a BPMN file, as far as pages tell of them. */
import type { Part } from "./mapping.ts";

const model = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/** What a token can wait at, or that can be attached to it. */
const nodes = new Set([
  "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask", "callActivity",
  "subProcess", "adHocSubProcess", "transaction", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "startEvent", "endEvent",
  "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway",
]);

/** What a token passes at once. */
const never = new Set(["task", "manualTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent", "exclusiveGateway"]);

function elementsIn(xml: string): Element[] {
  return [...new DOMParser().parseFromString(xml, "application/xml").getElementsByTagNameNS(model, "*")];
}

const nameOf = (e: Element) => e.getAttribute("name")?.replace(/\s+/g, " ").trim() ?? "";

/** Names of the elements, as the diagram has them. */
export function namesIn(xml: string | undefined): ReadonlyMap<string, string> {
  if (!xml) return new Map();
  return new Map(elementsIn(xml).flatMap((e) => (e.id && nameOf(e) ? [[e.id, nameOf(e)] as const] : [])));
}

/** The elements at which something can wait, in the order of the file. An event on an activity is called after both. */
export function partsOf(xml: string): readonly Part[] {
  const all = elementsIn(xml);
  const names = new Map(all.map((e) => [e.id, nameOf(e)]));
  return all.filter((e) => nodes.has(e.localName) && e.id).map((e) => {
    const host = e.getAttribute("attachedToRef") ?? undefined;
    const event = [...e.children].find((c) => c.localName.endsWith("EventDefinition"))?.localName;
    const name = nameOf(e) || e.id;
    return {
      id: e.id, type: e.localName, name: host ? `${names.get(host) || host}: ${name}` : name, host, event,
      waits: !never.has(e.localName) && (e.localName !== "startEvent" || event !== undefined), timed: e.localName === "userTask" || event === "timerEventDefinition", content: contentOf(e),
    };
  });
}

/** What of an element can be otherwise in another version: neither where it leads nor what it is called, nor what is in it. */
function contentOf(element: Element): string {
  const copy = element.cloneNode(true) as Element;
  ["name", "attachedToRef", "default"].forEach((a) => copy.removeAttribute(a));
  [...copy.children].filter((c) => /^(incoming|outgoing|documentation|sequenceFlow)$/.test(c.localName) || nodes.has(c.localName)).forEach((c) => c.remove());
  return new XMLSerializer().serializeToString(copy).replace(/\s+/g, " ").replace(/> </g, "><");
}
