import { useEffect, useRef, useState } from "react";

interface CameraProps {
  readonly onPicture: (file: File) => void;
  readonly onClose: () => void;
}

/** A dialog that shows what the camera sees, and takes a picture of it. */
export function Camera({ onPicture, onClose }: CameraProps): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"starting" | "filming" | "refused">("starting");
  useEffect(() => {
    const shown = dialog.current!;
    if (!shown.open) shown.showModal();
    let stream: MediaStream | undefined;
    let isOver = false;
    film(video.current!).then(
      (started) => {
        stream = started;
        if (isOver) stop(started);
        else setState("filming");
      },
      () => setState("refused"),
    );
    return () => {
      isOver = true;
      if (stream) stop(stream);
    };
  }, []);
  const take = async (): Promise<void> => {
    onPicture(await stillOf(video.current!));
    onClose();
  };
  return (
    <dialog ref={dialog} className="camera card" aria-label="Camera" onClose={onClose}>
      <video ref={video} muted playsInline autoPlay hidden={state !== "filming"} />
      {state === "starting" && <p>The browser may ask whether this page may use the camera.</p>}
      {state === "refused" && <p role="alert">There is no camera, or this page may not use it.</p>}
      <div className="camera-buttons">
        <button type="button" className="button primary" disabled={state !== "filming"} onClick={() => void take()}>
          Take the picture
        </button>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  );
}

async function film(video: HTMLVideoElement): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  return stream;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function stillOf(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d")!.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  if (blob === null) throw new Error("The camera's picture could not be kept.");
  return new File([blob], "camera.jpg", { type: blob.type });
}
