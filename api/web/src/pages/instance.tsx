/** An address for a process instance: the page of its case, or where a process without a case stands. */
import { useEffect } from "preact/hooks";
import { path } from "../api.ts";
import { go, links } from "../router.ts";
import type { Instance } from "../types.ts";
import { Loaded, Spinner, Title } from "../ui/parts.tsx";
import { useResource, useWorkbench } from "../workbench.tsx";
import { ProcessSection } from "./process.tsx";

export function InstancePage({ id }: { id: string }) {
  const { t } = useWorkbench();
  const instance = useResource<Instance>(path`/process-instances/${id}`);
  const caseId = instance.data?.caseId;
  useEffect(() => {
    if (caseId) go(links.case(caseId), "replace");
  }, [caseId]);
  return (
    <Loaded from={instance}>
      {(i) => i.caseId ? <Spinner text={t.loading} /> : (
        <>
          <Title text={i.processName ?? i.processId} />
          <ProcessSection id={id} moved={0} reload={instance.reload} />
        </>
      )}
    </Loaded>
  );
}
