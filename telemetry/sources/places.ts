// Where the regions of the large clouds lie, about as precisely as a map of the world shows. Grafana
// knows cities and countries and no cloud region; an unknown name has no coordinates.

type Point = readonly [latitude: number, longitude: number];

const places: Readonly<Record<string, Point>> = {
  'us-east': [38.9, -77.4],
  'us-central': [41.3, -95.9],
  'us-west': [45.8, -119.7],
  'ca-central': [45.5, -73.6],
  'sa-east': [-23.5, -46.6],
  'eu-west': [53.3, -6.3],
  'eu-central': [50.1, 8.7],
  'eu-north': [59.3, 18.1],
  'eu-south': [45.5, 9.2],
  'me-central': [25.2, 55.3],
  'me-south': [26.1, 50.6],
  'af-south': [-33.9, 18.4],
  'ap-south': [19.1, 72.9],
  'ap-southeast': [1.35, 103.8],
  'ap-northeast': [35.7, 139.7],
  'ap-east': [22.3, 114.2],
};

/** Finer than the compass: numbers of one compass point that lie far apart. */
const numbered: Readonly<Record<string, Point>> = {
  'us-east-2': [40.0, -83.0],
  'us-west-1': [37.4, -121.9],
  'eu-west-2': [51.5, -0.1],
  'eu-west-3': [48.9, 2.4],
  'ap-southeast-2': [-33.9, 151.2],
  'ap-northeast-2': [37.6, 127.0],
};

/** Texts, as labels are; empty where nobody knows. */
export function placeOf(region: string): { readonly latitude: string; readonly longitude: string } {
  const point = numbered[region] ?? places[region.replace(/-\d+$/, '')];
  const [latitude, longitude] = point ?? ['', ''];
  return { latitude: String(latitude), longitude: String(longitude) };
}
