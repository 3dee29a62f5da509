using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What has been corrected or annotated on request, by the entries of the requests (Art. 16), and what is right by now, by the sources.</summary>
internal sealed class RectifiedData(IJournalStore journal, Func<PersonInventory> inventory, AnnotationRegister annotations) : IRectifiedData
{
    public async ValueTask<IReadOnlyList<RectifiedFields>> SinceAsync(
        DataSubject subject, SubjectState state, Instant since, CancellationToken cancellationToken)
    {
        var found = new List<(long Position, RectifiedFields Fields)>();
        foreach (var request in state.Requests.Where(request => request.Right == DataSubjectRight.Rectification))
        {
            var before = 0L;
            await foreach (var entry in journal.ReadStreamAsync(RequestEntries.StreamOf(request.Id), 0, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Content.Type != RequestEntries.Results)
                {
                    continue;
                }

                if (entry.Content.OccurredAt >= since)
                {
                    var results = JsonSerializer.Deserialize(entry.Content.Data, RequestJson.Default.ResultsData)!.Results;
                    found.Add((entry.Position, new RectifiedFields(
                        request.Id, entry.Version, before, FieldsOf(results, ResultCode.Corrected), FieldsOf(results, ResultCode.Annotated))));
                }

                before = entry.Version;
            }
        }

        var (seen, last) = (new HashSet<string>(StringComparer.Ordinal), new List<RectifiedFields>());
        foreach (var (_, fields) in found.OrderByDescending(one => one.Position))
        {
            last.Add(fields.Only(seen.Add));
        }

        return last;
    }

    public async ValueTask<RightValues?> ReadAsync(DataSubject subject, RectifiedFields rectified, CancellationToken cancellationToken)
    {
        string[] dataSets = [.. rectified.Corrected.Select(DataSetOf).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<PersonDataSet> there = dataSets.Length == 0 ? []
            : await inventory().GatherAsync(subject, dataSets, cancellationToken).ConfigureAwait(false);
        if (there.Any(one => one.Status == GatherStatus.NotReached))
        {
            return null;
        }

        var corrections = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var path in rectified.Corrected)
        {
            // Of several records nobody can tell here which one was meant.
            string?[] values =
            [
                .. there.Where(one => one.DataSet.Path == DataSetOf(path)).SelectMany(one => one.Records)
                    .Select(record => record.Fields.GetValueOrDefault(path[(path.LastIndexOf('.') + 1)..]))
                    .Select(value => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : value.ToString()).Distinct(StringComparer.Ordinal),
            ];
            if (values is [{ } value])
            {
                corrections[path] = value;
            }
        }

        var statements = rectified.Annotated.Count == 0 ? []
            : await annotations.ReadForAsync(subject, cancellationToken).ConfigureAwait(false);
        return new RightValues(corrections, statements.Where(one => one.Request == rectified.Request)
            .Select(one => (Path: $"{one.DataSet}.{one.Field}", one.Statement)).Where(one => rectified.Annotated.Contains(one.Path, StringComparer.Ordinal))
            .GroupBy(one => one.Path, StringComparer.Ordinal).ToDictionary(one => one.Key, one => one.Last().Statement, StringComparer.Ordinal));
    }

    private static string DataSetOf(string path) => path[..path.LastIndexOf('.')];

    private static string[] FieldsOf(IReadOnlyList<DataSetResult> results, ResultCode code) =>
    [
        .. results.SelectMany(result => result.Items.Where(item => item.Code == code).SelectMany(item => item.Fields).Select(field => $"{result.DataSet}.{field}"))
            .Distinct(StringComparer.Ordinal),
    ];
}
