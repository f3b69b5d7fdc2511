/** Log-in of the demonstration: one button per demo user. In production another page logs people in. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError, get, post } from "../api.ts";
import type { Messages } from "../messages.ts";
import type { User } from "../types.ts";
import { Icon } from "../ui/icons.tsx";
import { asApiError, errorText } from "../workbench.tsx";

interface Props {
  readonly t: Messages;
  readonly error?: ApiError;
  readonly expired: boolean;
  readonly onLogin: (user: User) => void;
  readonly retry: () => void;
}

export function Login({ t, error, expired, onLogin, retry }: Props) {
  const [users, setUsers] = useState<readonly User[]>();
  const [failure, setFailure] = useState<ApiError | undefined>(error);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    document.title = `${t.login.title} – ${t.product}`;
    get<readonly User[] | { items: readonly User[] }>("/session/options")
      .then((found) => setUsers("items" in found ? found.items : found))
      .catch((e: unknown) => (asApiError(e).status === 404 ? setUsers([]) : setFailure(asApiError(e))));
  }, []);
  const logIn = (id: string) =>
    post<{ user: User }>("/session", { user: id }).then(({ user }) => onLogin(user), (e: unknown) => setFailure(asApiError(e)));
  return (
    <div class="login">
      <h1 ref={heading} tabIndex={-1} class="page-title">{t.login.title}</h1>
      {expired && <div class="alert alert-info"><Icon name="info" class="alert-icon" /><div class="alert-body"><p class="alert-text">{t.login.expired}</p></div></div>}
      {failure && (
        <div class="alert alert-error" role="alert">
          <Icon name="error" class="alert-icon" />
          <div class="alert-body"><p class="alert-text">{errorText(failure, t)} <button type="button" class="function-link" onClick={() => (setFailure(undefined), retry())}>{t.retry}</button></p></div>
        </div>
      )}
      {users && <p>{users.length > 0 ? t.login.intro : t.login.unavailable}</p>}
      <ul class="login-users nobullet-list no-max-width">
        {users?.map((user) => (
          <li key={user.id}>
            <button type="button" class="login-user" onClick={() => void logIn(user.id)}>
              <Icon name="account" />
              <span><strong>{user.name}</strong><span>{roles(user, t)}</span></span>
              <Icon name="arrowForward" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function roles(user: User, t: Messages): string {
  return user.roles.map((r) => t.role[r] ?? r).join(", ");
}
