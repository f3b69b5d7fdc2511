declare module "*.svg?text" {
  const text: string;
  export default text;
}
declare module "*.css" {}
