/** The object that `registerEnumType` takes, from the words of an enum: each names itself. */
export const enumOf = <T extends string>(words: readonly T[]) =>
  Object.fromEntries(words.map((word) => [word, word])) as { [K in T]: K };
