using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <content>Complaints about how a request was handled: taken in, looked at anew, answered.</content>
public sealed partial class DataSubjectRequests
{
    /// <summary>Takes in a complaint about how a request was handled: it opens again, linked to the decision complained of, and keeps scheduled destruction waiting until
    /// it is answered.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">The function that takes it in.</param>
    /// <param name="words">What the person complains of, in their own words. Kept as personal data.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <returns>The request, with the complaint last among its own; it is answered by <see cref="AnswerComplaintAsync"/>.</returns>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: nothing has been decided that could be complained of.</exception>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose request it was.</exception>
    /// <exception cref="InvalidTextException">The words are too long, or have signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DataSubjectRequest> ComplainAsync(string id, string by, string? words = null, CancellationToken cancellationToken = default)
    {
        _parts.Journal.Texts.CheckText(words, "the words of the complaint");
        var (function, complaint) = (FunctionOf(by), _parts.Subjects.NewId());
        var request = await RecordAsync(id, one => one.Outcome is null
            ? throw new RequestException("E-DSR-12", "Nothing has been decided yet: a complaint about the time goes to the answer.")
            : [RequestStep.Of(RequestEntries.Complained, new StepData(function) { Other = complaint }) with { Words = WordsOf(words) }],
            cancellationToken).ConfigureAwait(false);
        request = await _work.ReopenAsync(request, CancellationToken.None).ConfigureAwait(false);
        await _parts.Tasks.OpenAsync(
            new Processing.Tasks.HumanTask(
                $"{id}/{RightsTasks.AnswerComplaint}/{complaint}", RightsTasks.AnswerComplaint, _parts.Options.Owner,
                Time.LocalDays.EndOf(_parts.Options.Target.EndOf(_parts.TodayOf(request)), _parts.ZoneOf(request)), _parts.Now)
            {
                Controller = request.Controller,
                Subject = request.SubjectKey,
                About = RequestEntries.StreamOf(id),
                Reason = "complaint",
                Question = "Look at the decision anew, by somebody else than who took it where that is possible, and answer the person.",
            },
            CancellationToken.None).ConfigureAwait(false);
        return request;
    }

    /// <summary>The words of a complaint, as they came in; <see langword="null"/> where there were none, or they have been erased.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="complaint">The complaint's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="RequestException"><c>E-DSR-11</c>: there is no such request, or no such complaint.</exception>
    public async Task<string?> ReadComplaintAsync(string id, string complaint, CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        var found = request.Complaints.FirstOrDefault(one => one.Id == complaint) ?? throw NoComplaint();
        return await ReadTextAsync(request, found.Words, cancellationToken).ConfigureAwait(false);
    }

    private static RequestException NoComplaint() => new("E-DSR-11", "The request has no such complaint: name one of its complaints.");

    /// <summary>Answers a complaint: the decision stands, or it is taken anew, for which the request is assessed again, and carried out anew. An objection is pending
    /// again until it is: what it is about stops meanwhile. A withdrawal, and an objection to direct marketing, take effect anew at once.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="complaint">The complaint's id.</param>
    /// <param name="isUpheld">Whether the decision was wrong.</param>
    /// <param name="by">The function that decided.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-11</c>: there is no such complaint. <c>E-DSR-13</c>: what is contested is a human's review of an automated
    /// decision, and who made it does not answer.</exception>
    public async Task<DataSubjectRequest> AnswerComplaintAsync(string id, string complaint, bool isUpheld, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        var request = await RecordAsync(id, one => one.Complaints.FirstOrDefault(candidate => candidate.Id == complaint) switch
        {
            null => throw NoComplaint(),
            { AnsweredAt: not null } => [],
            _ when one.Right == DataSubjectRight.AutomatedDecision && one.Lines.Any(line => line.DecidedBy == function) => throw new RequestException(
                "E-DSR-13", $"'{function}' looked at the decision, and what it found is contested: somebody else answers."),
            _ => [RequestStep.Of(RequestEntries.ComplaintAnswered, new StepData(function) { Other = complaint, IsUpheld = isUpheld })],
        }, cancellationToken).ConfigureAwait(false);
        await _parts.EndTaskAsync($"{id}/{RightsTasks.AnswerComplaint}/{complaint}", isUpheld ? "upheld" : "rejected", function).ConfigureAwait(false);
        request = await _work.ReopenAsync(request, CancellationToken.None).ConfigureAwait(false);
        await _work.EndFreezeAsync(request, function, CancellationToken.None).ConfigureAwait(false);
        return request;
    }
}
