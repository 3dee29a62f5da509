using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What has been corrected or annotated on request, by the entries of the requests (Art. 16).</summary>
internal sealed class RectifiedData(IJournalStore journal, AnnotationRegister annotations) : IRectifiedData
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

    public async ValueTask<IReadOnlyDictionary<string, string>> ReadStatementsAsync(
        DataSubject subject, RectifiedFields rectified, CancellationToken cancellationToken)
    {
        var statements = rectified.Annotated.Count == 0 ? []
            : await annotations.ReadForAsync(subject, cancellationToken).ConfigureAwait(false);
        return statements.Where(one => one.Request == rectified.Request).GroupBy(one => $"{one.DataSet}.{one.Field}", one => one.Statement, StringComparer.Ordinal)
            .Where(some => rectified.Annotated.Contains(some.Key, StringComparer.Ordinal) && some.Distinct(StringComparer.Ordinal).Count() == 1)
            .ToDictionary(some => some.Key, some => some.First(), StringComparer.Ordinal);
    }

    private static string[] FieldsOf(IReadOnlyList<DataSetResult> results, ResultCode code) =>
    [
        .. results.SelectMany(result => result.Items.Where(item => item.Code == code).SelectMany(item => item.Fields).Select(field => $"{result.DataSet}.{field}"))
            .Distinct(StringComparer.Ordinal),
    ];
}
