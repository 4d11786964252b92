/** transformers.js, for whoever registers tsx after it: read through tsx, its bundle takes 140 MB more of memory. */
import "@huggingface/transformers";
