export function SearchRoom(): React.JSX.Element {
  return <h1>Search</h1>;
}
