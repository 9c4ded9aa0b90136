/**
 * The page's data: reads its block of JSON, and unpacks what of it is packed when that is asked for.
 */
"use strict";

placelines.data = (() => {
  const CAN_UNPACK = "DecompressionStream" in window;
  const TOO_OLD = "This browser is too old to unpack this page: it takes Chrome 80, Firefox 113, Safari 16.4 or newer.";

  function unpacked(packed) {
    if (!CAN_UNPACK) throw new Error(TOO_OLD);
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  }

  /** Unpack a value. */
  const unpack = async (packed) => unpacked(packed).json();

  /** Unpack the bytes of a file. */
  const unpackFile = async (packed) => unpacked(packed).blob();

  /** A list of which the page reads only the blocks that it shows. */
  class Blocks {
    constructor({ size, blocks }) {
      this.size = size;
      this.blocks = blocks;
    }

    /** The record of a number; null where it did not fit into the page. */
    async get(number) {
      const at = Math.floor(number / this.size);
      if (typeof this.blocks[at] === "string") this.blocks[at] = unpack(this.blocks[at]);
      const block = await this.blocks[at];
      return block ? block[number % this.size] : null;
    }
  }

  /** Read everything but what stands in blocks; `texts` is null where the page has those of no article. */
  async function load() {
    const data = JSON.parse(document.getElementById("story").textContent);
    const whole = (list) => (list.packed ? unpack(list.packed) : list);
    const [documents, entries] = await Promise.all([whole(data.documents), whole(data.entries)]);
    return { ...data, documents, entries, details: new Blocks(data.details), texts: data.texts && new Blocks(data.texts) };
  }

  return { CAN_UNPACK, load, unpack, unpackFile };
})();
