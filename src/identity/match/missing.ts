/** The level of a field that one of the two people does not have: no evidence, neither way. */
export const missing = 255;
