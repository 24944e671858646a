import { Definition } from "../definition/schema.ts";

/** The first line of the text; a Markdown title without its mark. */
const TITLE = `\
{%- assign line = inputs.text | lstrip | slice: 0, 400 | split: "\\n" | first | strip -%}
{%- assign mark = line | slice: 0, 2 -%}
{%- if mark == "# " %}{% assign line = line | slice: 2, 400 | strip %}{% endif -%}
{{ line | truncatewords: 20, "…" | truncate: 160, "…" }}`;

const SUMMARY = `\
{%- for sentence in steps.analysis.output.summary -%}
{%- unless sentence == steps.title.output -%}
- {{ sentence }}
{% endunless -%}
{%- endfor -%}`;

/** Lines such as "People: Ada, Grace"; nothing for what the text does not name. */
const NAMES = `\
{%- assign types = "person|organization|place|name" | split: "|" -%}
{%- assign labels = "People|Organizations|Places|Other names" | split: "|" -%}
{%- for type in types -%}
{%- assign found = steps.analysis.output.entities | where: "type", type | map: "text" -%}
{%- if found.size > 0 -%}
- **{{ labels[forloop.index0] }}:** {% for name in found limit: 12 -%}
{{ name }}{% unless forloop.last %}, {% endunless %}
{%- endfor %}{% if found.size > 12 %} and {{ found.size | minus: 12 }} more{% endif %}
{% endif -%}
{%- endfor -%}`;

const NUMBERS = `\
{
  "words": {{ steps.analysis.output.counts.words }},
  "characters": {{ steps.analysis.output.counts.characters }},
  "sentences": {{ steps.analysis.output.counts.sentences }},
  "paragraphs": {{ steps.analysis.output.counts.paragraphs }},
  "readingMinutes": {{ steps.analysis.output.counts.readingMinutes }},
  "sentiment": {{ steps.analysis.output.sentiment }},
  "entities": {{ steps.analysis.output.entities | size }}
}`;

const BRIEF = `\
# {{ steps.title.output }}
{% assign counts = steps.analysis.output.counts %}
*{{ counts.words }} {% if counts.words == 1 %}word{% else %}words{% endif %}, \
{{ counts.readingMinutes }} min to read. Tone: \
{% assign tone = steps.analysis.output.sentiment -%}
{% if tone > 0.15 %}positive{% elsif tone > 0.05 %}rather positive\
{% elsif tone < -0.15 %}negative{% elsif tone < -0.05 %}rather negative\
{% else %}neutral{% endif %} ({{ tone }} on a scale from -1 to 1).*

## In short

{{ steps.summary.output | default: "The text says no more than its title." }}

## Key terms

{% for keyword in steps.analysis.output.keywords -%}
**{{ keyword.term }}** ({{ keyword.count }}){% unless forloop.last %}, {% endunless %}
{%- else -%}
None found.
{%- endfor %}
{% if steps.names.output != "" %}
## People and places

{{ steps.names.output }}
{%- endif -%}
{%- assign amounts = steps.analysis.output.entities | where: "type", "money" -%}
{%- assign shares = steps.analysis.output.entities | where: "type", "percent" -%}
{%- assign dates = steps.analysis.output.entities | where: "type", "date" -%}
{%- assign facts = amounts | concat: shares | concat: dates | map: "text" %}
{% if facts.size > 0 %}
## Dates and amounts

{% for fact in facts limit: 20 %}{{ fact }}{% unless forloop.last %}, {% endunless %}{% endfor %}
{% endif %}`;

/** Works with no model and no key. */
export const textBrief = Definition.parse({
  name: "Text brief",
  description:
    "Reads an English text and writes a brief: what it says, its key terms, the people " +
    "and places in it, its tone. Needs no model.",
  inputs: [
    {
      name: "text",
      label: "Text",
      type: "multiline",
      required: true,
      help: "An article, a report, a chapter: anything in English. Its first line is the title.",
    },
    {
      name: "sentences",
      label: "Sentences in the summary",
      type: "number",
      default: 4,
      min: 1,
      max: 20,
    },
    { name: "keywords", label: "Key terms", type: "number", default: 10, min: 1, max: 50 },
  ],
  steps: [
    { id: "title", name: "Find the title", kind: "template", config: { text: TITLE } },
    {
      id: "analysis",
      name: "Read the text",
      kind: "analyze",
      config: {
        text: "{{ inputs.text }}",
        sentences: "{{ inputs.sentences | default: 4 }}",
        keywords: "{{ inputs.keywords | default: 10 }}",
      },
    },
    { id: "summary", name: "Write the summary", kind: "template", config: { text: SUMMARY } },
    { id: "names", name: "List people and places", kind: "template", config: { text: NAMES } },
    { id: "numbers", name: "Collect the numbers", kind: "template", config: { text: NUMBERS } },
  ],
  outputs: [
    { name: "brief", label: "Brief", type: "markdown", template: BRIEF },
    {
      name: "keywords",
      label: "Keywords",
      type: "json",
      template: "{{ steps.analysis.output.keywords | json }}",
    },
    { name: "numbers", label: "Numbers", type: "json", template: "{{ steps.numbers.output }}" },
  ],
});
