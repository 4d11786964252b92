import { client } from "../graph/client.ts";
import { AddPictureDocument } from "../graph/generated/graphql.ts";
import { problemOf } from "../graph/problem.ts";
import { type SendFile, UploadQueue } from "./upload-queue.ts";
import { sumsOf } from "./upload-sums.ts";

const send: SendFile = (upload, ended) => {
  const adding = client.mutation(AddPictureDocument, { image: { upload } });
  const running = adding.subscribe(({ data, error }) => {
    const image = data?.addImages?.images[0];
    if (image) ended({ image });
    else
      ended({ problem: error ? problemOf(error) : { code: "INTERNAL_SERVER_ERROR", message: "Nothing came back." } });
  });
  return () => running.unsubscribe();
};

/** The page's one queue: leaving the room stops nothing. */
export const uploadQueue = new UploadQueue(send);

// Closing the page would lose what is not sent yet.
window.addEventListener("beforeunload", (event) => {
  if (!sumsOf(uploadQueue.uploads()).isOver) event.preventDefault();
});
