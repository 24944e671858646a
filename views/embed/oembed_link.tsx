/** Tells editors that know oEmbed where to ask how to show this page; nothing where there is no place. */
export function OEmbedLink({ href }: { readonly href: string | undefined }) {
  return href === undefined
    ? null
    : <link rel="alternate" type="application/json+oembed" title="Callboard" href={href} />;
}
