// Work in small pieces, so that the page answers in between.

/** How long pieces go on before others have their turn, in milliseconds: within a frame. */
const TURN = 8;

const waiting: (() => void)[] = [];
const turns = new MessageChannel();
turns.port1.onmessage = () => {
  const end = performance.now() + TURN;
  while (waiting.length > 0 && performance.now() < end) waiting.shift()?.();
  if (waiting.length > 0) turns.port2.postMessage(null);
};

/** Does a piece of work when its turn comes. */
export function inTurn(work: () => void): Promise<void> {
  return new Promise((done, failed) => {
    waiting.push(() => {
      try {
        done(work());
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
      }
    });
    if (waiting.length === 1) turns.port2.postMessage(null);
  });
}
