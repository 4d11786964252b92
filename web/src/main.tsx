// Before the rooms' own, which come after it.
import "./styles/base.css";
import "./styles/shell.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { App } from "./app.tsx";
import { client } from "./graph/client.ts";
import { keepSession } from "./key/session.ts";
import { startTheme } from "./theme.ts";

startTheme();
await keepSession();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Provider value={client}>
      <App />
    </Provider>
  </StrictMode>,
);
