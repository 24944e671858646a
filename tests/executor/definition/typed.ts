/** A definition as the workspace editor shows it. */
export const TYPED = `{
  "inputs": [
    {
      "name": "topic",
      "label": "Topic",
      "type": "text",
      "required": true
    },
    {
      "name": "loud",
      "label": "Loud",
      "type": "checkbox"
    }
  ],
  "steps": [
    {
      "id": "draft",
      "name": "Draft",
      "kind": "template",
      "config": {
        "text": "{{ inputs.topic }}"
      }
    },
    {
      "id": "wait",
      "name": "Wait",
      "kind": "wait",
      "config": {
        "seconds": 1
      },
      "needs": [
        "draft"
      ]
    }
  ],
  "outputs": [
    {
      "name": "out",
      "label": "Out",
      "type": "markdown",
      "template": "{{ steps.draft.output }}"
    }
  ]
}
`;
