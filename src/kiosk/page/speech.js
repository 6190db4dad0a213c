/**
 * Speaks prompts, if the terminal has a voice. A prompt without a recording stays silent: its text is on the screen.
 */
export function makeSpeech() {
  const voice = new Audio();
  let spoken = "";

  return {
    /** @param {import("./types.js").View} view */
    follow(view) {
      const message = view.audio && view.prompt ? `${view.language}/prompt-${view.prompt}` : "";
      if (message === spoken) return;
      spoken = message;
      voice.pause();
      if (!message) return;
      voice.src = `/speech/${message.split("/").map(encodeURIComponent).join("/")}.wav`;
      voice.play().catch(() => {});
    },
    stop() {
      spoken = "";
      voice.pause();
    },
  };
}
