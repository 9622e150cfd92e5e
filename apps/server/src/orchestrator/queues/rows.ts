export interface QueueRow {
  readonly id: number;
  readonly key: string;
  readonly tenant_id: number;
  readonly folder_id: number;
  readonly name: string;
  readonly max_number_of_retries: number;
  readonly accept_automatically_retry: boolean;
  readonly enforce_unique_reference: boolean;
  readonly encrypted: boolean;
  readonly specific_data_json_schema: string | null;
  readonly output_data_json_schema: string | null;
  readonly analytics_data_json_schema: string | null;
  readonly sla_in_minutes: number;
  readonly risk_sla_in_minutes: number;
}

export interface NewItem {
  readonly reference: string | null;
  readonly uniqueReference: string | null;
  readonly priority: number;
  readonly dueAt: string | null;
  readonly deferAt: string | null;
  readonly riskSlaAt: string | null;
  readonly content: string | null;
  readonly progress: string | null;
  readonly source: string | null;
  readonly parentOperationId: string | null;
}

/** Who starts a transaction. */
export interface Starter {
  readonly robotId: number | null;
  readonly jobKey: string | null;
}

export interface ItemRow {
  readonly id: number;
  readonly key: string;
  readonly unique_key: string;
  readonly queue_id: number;
  readonly folder_id: number;
  readonly status: number;
  readonly retry_number: number;
  readonly reference: string | null;
}
