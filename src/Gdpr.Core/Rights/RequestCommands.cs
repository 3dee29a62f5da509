using Gdpr.Journals;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Rights;

/// <summary>The one way in which a step of a request is recorded: decided from where it stands, appended, and folded at once.</summary>
internal sealed class RequestCommands(Journal journal, RequestRegister register, SubjectCommands subjects, JournalFolds folds, IClock clock)
{
    private const int Attempts = 50;

    /// <summary>Records steps of a request; none where nothing is to be recorded.</summary>
    /// <exception cref="ForgottenSubjectException">Nobody can tell any more whose request it was.</exception>
    public async ValueTask<DataSubjectRequest> RecordAsync(
        string id, Func<DataSubjectRequest, IReadOnlyList<RequestStep>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var request = await register.FindLatestAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new RequestException("E-DSR-11", $"There is no {ClearText.NameOf(id, "request")}: list the requests, and name one of them.");
            var steps = decide(request);
            if (steps.Count == 0)
            {
                return request;
            }

            // A complaint may come when the answer, and every proof of it, is long gone.
            await subjects.KeepAsync(request.Subject is { } subject ? [subject] : [], cancellationToken).ConfigureAwait(false);
            try
            {
                await journal.RecordAsync(
                    RequestEntries.StreamOf(id), request.Version, [.. steps.Select(step => PersonalOf(request, step))], null, cancellationToken).ConfigureAwait(false);
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                continue;
            }

            await folds.CatchUpAsync(CancellationToken.None).ConfigureAwait(false);
            return await register.FindLatestAsync(id, CancellationToken.None).ConfigureAwait(false) ?? request;
        }
    }

    private PersonalEntry PersonalOf(DataSubjectRequest request, RequestStep step) =>
        step.Words is { } words ? new PersonalEntry(EntryOf(request, step), DataSubjectRequests.WordsPurpose, words) : new PersonalEntry(EntryOf(request, step));

    private NewJournalEntry EntryOf(DataSubjectRequest request, RequestStep step) => new(step.Type, clock.GetCurrentInstant(), step.Data)
    {
        Controller = request.Controller,
        Subject = request.Subject?.Key,
    };
}

/// <summary>A step to be recorded.</summary>
internal sealed record RequestStep(string Type, string Data)
{
    /// <summary>What is said with it in words: for the vault.</summary>
    public byte[]? Words { get; init; }

    public static RequestStep Of(string type, StepData data) => new(type, System.Text.Json.JsonSerializer.Serialize(data, RequestJson.Default.StepData));

    public static RequestStep Of(IReadOnlyList<RequestLine> lines, string type = RequestEntries.Assessed) =>
        new(type, System.Text.Json.JsonSerializer.Serialize(new AssessedData(lines), RequestJson.Default.AssessedData));

    public static RequestStep Of(IReadOnlyList<DataSetResult> results) =>
        new(RequestEntries.Results, System.Text.Json.JsonSerializer.Serialize(new ResultsData(results), RequestJson.Default.ResultsData));

    public static RequestStep Of(GivenAnswer answer) =>
        new(RequestEntries.Answered, System.Text.Json.JsonSerializer.Serialize(answer, RequestJson.Default.GivenAnswer));
}
