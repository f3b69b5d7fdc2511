/** Pages that only say something. */
import { Title } from "../ui/parts.tsx";
import { links } from "../router.ts";
import { useWorkbench } from "../workbench.tsx";

/** For roles that work through the API. */
export function NoWorkPage() {
  const { t } = useWorkbench();
  return (
    <>
      <Title text={t.noWork.title} />
      <p>{t.noWork.text}</p>
      <p><a href="/api/v1/openapi.json">{t.apiDescription}</a></p>
    </>
  );
}

/** For an address that no page has. */
export function UnknownPage() {
  const { t } = useWorkbench();
  return (
    <>
      <Title text={t.failed} />
      <p>{t.notFound}</p>
      <p><a href={links.mine}>{t.toTasks}</a></p>
    </>
  );
}
