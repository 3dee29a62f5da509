using NodaTime;

namespace Gdpr.Journals;

/// <summary>That a record was disposed of, for as long as a backup may bring it back.</summary>
/// <param name="DataSet">The data set, such as <c>crm.customers</c>.</param>
/// <param name="Record">The keyed hash of the record's native key.</param>
/// <param name="Until">The last local date, inclusive, on which a backup that holds the record may exist.</param>
public sealed record Tombstone(string DataSet, KeyedDigest Record, LocalDate Until);
