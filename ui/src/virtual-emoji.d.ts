declare module 'virtual:emoji' {
  /** Emoji, label, names, keywords, group, version, and where there are any the five skin tones. */
  const rows: [string, string, string, string, number, number, string[]?][]
  export default rows
}
