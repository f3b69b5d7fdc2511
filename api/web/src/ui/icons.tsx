/** The icons of Det Fælles Designsystem that the workbench uses, drawn inline so that they take the text's colour. */
import account from "../../node_modules/dkfds/dist/img/svg-icons/account.svg?text";
import arrowForward from "../../node_modules/dkfds/dist/img/svg-icons/arrow-forward.svg?text";
import check from "../../node_modules/dkfds/dist/img/svg-icons/check.svg?text";
import chevronLeft from "../../node_modules/dkfds/dist/img/svg-icons/chevron-left.svg?text";
import close from "../../node_modules/dkfds/dist/img/svg-icons/close.svg?text";
import remove from "../../node_modules/dkfds/dist/img/svg-icons/delete.svg?text";
import error from "../../node_modules/dkfds/dist/img/svg-icons/error.svg?text";
import flag from "../../node_modules/dkfds/dist/img/svg-icons/flag.svg?text";
import flagFill from "../../node_modules/dkfds/dist/img/svg-icons/flag-fill.svg?text";
import info from "../../node_modules/dkfds/dist/img/svg-icons/info.svg?text";
import lock from "../../node_modules/dkfds/dist/img/svg-icons/lock.svg?text";
import minus from "../../node_modules/dkfds/dist/img/svg-icons/minus.svg?text";
import plus from "../../node_modules/dkfds/dist/img/svg-icons/plus.svg?text";
import refresh from "../../node_modules/dkfds/dist/img/svg-icons/refresh.svg?text";
import success from "../../node_modules/dkfds/dist/img/svg-icons/success.svg?text";
import warning from "../../node_modules/dkfds/dist/img/svg-icons/warning.svg?text";
import zoomFit from "../../node_modules/dkfds/dist/img/svg-icons/fullscreen.svg?text";

const sources = {
  account, arrowForward, check, chevronLeft, close, remove, error, flag, flagFill, info, lock, minus, plus, refresh, success, warning, zoomFit,
};

export type IconName = keyof typeof sources;

/** An icon; words beside it say what it means, so screen readers pass it by. */
export function Icon({ name, class: classes = "" }: { name: IconName; class?: string }) {
  const source = sources[name];
  const viewBox = /viewBox="([^"]+)"/.exec(source)?.[1];
  const inner = source.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return <svg class={`icon-svg ${classes}`} viewBox={viewBox} focusable="false" aria-hidden="true" dangerouslySetInnerHTML={{ __html: inner }} />;
}
