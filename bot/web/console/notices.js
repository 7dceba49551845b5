/* New notices on every page: the badge, a sound and the browser's own notification, by choice. */
const KEY = "gongyou-notices";
const badge = document.querySelector("[data-notices]");
const count = badge.querySelector("[data-count]");
const said = document.querySelector("[data-notices-said]");
const device = document.querySelector("[data-this-device]");

function wishes() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {};
  }
}

/* Two short tones; a browser plays them only after somebody has touched the page. */
function sound(urgent) {
  const audio = new AudioContext();
  const tones = urgent ? [880, 660, 880, 660] : [660, 880];
  tones.forEach((tone, place) => {
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.value = 0.15;
    voice.frequency.value = tone;
    voice.connect(volume).connect(audio.destination);
    voice.start(audio.currentTime + place * 0.2);
    voice.stop(audio.currentTime + place * 0.2 + 0.15);
  });
  setTimeout(() => audio.close(), 1500);
}

/* Of several open pages one speaks. */
function alone(work) {
  if (!navigator.locks) return work();
  navigator.locks.request(KEY, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    work();
    await new Promise((done) => setTimeout(done, 1000));
  });
}

function tell(fresh) {
  const loud = fresh.filter((one) => one.loud);
  if (!loud.length) return;
  const wish = wishes();
  alone(() => {
    if (wish.sound) sound(loud.some((one) => one.urgent));
    if (wish.show && window.Notification && Notification.permission === "granted") {
      const last = loud[loud.length - 1];
      const shown = new Notification(last.text, { tag: KEY, requireInteraction: last.urgent });
      shown.addEventListener("click", () => {
        window.focus();
        location.assign(last.path);
      });
    }
  });
}

const events = new EventSource(badge.dataset.notices);
events.addEventListener("notices", (event) => {
  const news = JSON.parse(event.data);
  count.textContent = news.unseen > 99 ? "99+" : String(news.unseen);
  count.hidden = !news.unseen;
  count.classList.toggle("bad", news.urgent > 0);
  said.textContent = news.unseen ? news.said : "";
  tell(news.fresh);
});

if (device) {
  device.hidden = false;
  const line = device.querySelector("[data-said]");
  const ticks = [...device.querySelectorAll("[data-wish]")];
  for (const tick of ticks) {
    tick.checked = Boolean(wishes()[tick.dataset.wish]);
    tick.addEventListener("change", async () => {
      line.textContent = "";
      if (tick.dataset.wish === "show" && tick.checked) {
        const allowed = window.Notification ? await Notification.requestPermission() : "denied";
        if (allowed !== "granted") {
          tick.checked = false;
          line.textContent = device.dataset.refused;
        }
      }
      localStorage.setItem(KEY, JSON.stringify({ ...wishes(), [tick.dataset.wish]: tick.checked }));
    });
  }
  device.querySelector("[data-try]").addEventListener("click", () => sound(false));
}
