import { dropKey, keptKey } from "./kept-key.ts";
import { endSession } from "./session.ts";

/** Forgets the key that was given in this tab; nothing where there is none. */
export function ForgetKey(): React.JSX.Element | null {
  if (keptKey() === undefined) return null;
  const forget = async (): Promise<void> => {
    dropKey();
    await endSession();
    location.reload();
  };
  return (
    <button type="button" className="button small bare" onClick={() => void forget()}>
      Forget my key
    </button>
  );
}
