// A React site that embeds the widget: the link wherever it is wanted, the script once for the whole site.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

/** A link that becomes the button, and works where scripts don't. `us` is the address of your Porchlight. */
function LetsTalk({ us, district, children }) {
  useEffect(() => {
    if (document.querySelector("script[data-district]")) return;
    const script = Object.assign(document.createElement("script"), { src: us + "/embed.js", async: true });
    script.dataset.district = district;
    document.head.append(script);
  }, [us, district]);
  return (
    <a href={`${us}/${district}`} data-porchlight="">
      {children}
    </a>
  );
}

const PAGES = ["News", "Calendar", "Contact"];

function Site({ us, district }) {
  const [page, setPage] = useState(0);
  return (
    <main key={page}>
      <nav>
        {PAGES.map((name, index) => (
          <button key={name} onClick={() => setPage(index)}>
            {name}
          </button>
        ))}
      </nav>
      <h1>{PAGES[page]}</h1>
      <p>
        Did a bus come late?{" "}
        <a href={`${us}/${district}/transportation`} data-porchlight="transportation">
          Tell the bus office
        </a>
      </p>
      <LetsTalk us={us} district={district}>
        Let's talk
      </LetsTalk>
    </main>
  );
}

const place = document.getElementById("site");
createRoot(place).render(<Site us={place.dataset.us} district={place.dataset.district} />);
