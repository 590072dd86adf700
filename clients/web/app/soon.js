/**
 * A picture that is drawn once for many changes.
 *
 * Draws with the next picture of the screen, or after so many milliseconds where nobody reads as fast as
 * things change.
 */
export function soon(draw, ms) {
  let isDue = false;
  const then = () => {
    isDue = false;
    draw();
  };
  return () => {
    if (isDue) return;
    isDue = true;
    if (ms === undefined) requestAnimationFrame(then);
    else setTimeout(then, ms);
  };
}
