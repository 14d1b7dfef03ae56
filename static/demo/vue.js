// A Vue site that embeds the widget: the link wherever it is wanted, the script once for the whole site.
import { createApp } from "vue";

const place = document.getElementById("site");
const { us, district } = place.dataset;

/** A link that becomes the button, and works where scripts don't. */
const LetsTalk = {
  template: `<a :href="us + '/' + district" data-porchlight=""><slot /></a>`,
  data: () => ({ us, district }),
  mounted() {
    if (document.querySelector("script[data-district]")) return;
    const script = Object.assign(document.createElement("script"), { src: us + "/embed.js", async: true });
    script.dataset.district = district;
    document.head.append(script);
  },
};

createApp({
  components: { LetsTalk },
  data: () => ({ us, district, page: "News", pages: ["News", "Calendar", "Contact"] }),
  template: `
    <main :key="page">
      <nav><button v-for="name in pages" @click="page = name">{{ name }}</button></nav>
      <h1>{{ page }}</h1>
      <p>Did a bus come late? <a :href="us + '/' + district + '/transportation'" data-porchlight="transportation">Tell the bus office</a></p>
      <LetsTalk>Let's talk</LetsTalk>
    </main>`,
}).mount(place);
