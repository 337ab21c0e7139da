/** File name of the inventory, in the folder that synth writes to. */
export const INVENTORY_FILE = "inventory.json";
