using System.Globalization;
using System.Text.Json;
using Gdpr.Disclosures;
using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>What has been corrected or annotated on request, by the entries of the requests (Art. 16).</summary>
internal sealed class RectifiedData(IJournalStore journal) : IRectifiedData
{
    public async ValueTask<IReadOnlyList<(string About, IReadOnlyList<string> Fields)>> SinceAsync(
        DataSubject subject, SubjectState state, Instant since, CancellationToken cancellationToken)
    {
        var corrected = new List<(string, IReadOnlyList<string>)>();
        foreach (var request in state.Requests.Where(request => request.Right == DataSubjectRight.Rectification))
        {
            await foreach (var entry in journal.ReadStreamAsync(RequestEntries.StreamOf(request.Id), 0, cancellationToken).ConfigureAwait(false))
            {
                if (entry.Content.Type == RequestEntries.Results && entry.Content.OccurredAt >= since)
                {
                    var results = JsonSerializer.Deserialize(entry.Content.Data, RequestJson.Default.ResultsData)!.Results;
                    string[] fields = [.. results.SelectMany(result => result.Items.Where(item => item.Code is ResultCode.Corrected or ResultCode.Annotated)
                        .SelectMany(item => item.Fields).Select(field => $"{result.DataSet}.{field}")).Distinct(StringComparer.Ordinal)];
                    corrected.Add((string.Create(CultureInfo.InvariantCulture, $"{request.Id}-{entry.Version}"), fields));
                }
            }
        }

        return corrected;
    }
}
