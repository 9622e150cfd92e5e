import type { Texts } from '../texts.ts';

export const home: Texts['home'] = {
  title: 'ホーム',
  loading: '集計中…',
  notRead: 'ジョブを集計できませんでした',
  faulted: (count) =>
    count === 0
      ? '過去 24 時間に失敗したジョブはありません'
      : `過去 24 時間に ${count} 件のジョブが失敗しました`,
  pending: (count) => (count === 0 ? '待機中のジョブはありません' : `${count} 件のジョブが待機しています`),
  running: (count) => (count === 0 ? '実行中のジョブはありません' : `${count} 件のジョブを実行しています`),
  successful: (count) =>
    count === 0
      ? '過去 24 時間に成功したジョブはありません'
      : `過去 24 時間に ${count} 件のジョブが成功しました`,
};
