/** What a look at a tag needs to know, where each key is its own pattern. */
export const lookParts = () => ({ patternOf: (key: string) => key, usedMemoryBytes: null });
