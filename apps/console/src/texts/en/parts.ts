/** Texts of src/parts. */
export const parts = {
  title: 'Parts',
  language: 'Language',
};
