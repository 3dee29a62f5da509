using System.Text.Json;
using Gdpr.Journals;

namespace Gdpr.Rights;

/// <content>What is manifestly unfounded or excessive: refused, or answered for a fee; a human decides, and can prove it (Art. 12(5)).</content>
public sealed partial class DataSubjectRequests
{
    /// <summary>Refuses a request as a whole, as manifestly unfounded or excessive: a human has found it, and the controller can prove it (Art. 12(4)–(5)).</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reason">The stable code of the reason, such as <see cref="RightsReasons.ManifestlyUnfounded"/>.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="grounds">What shows it, in words: the burden of proof is the controller's. Needed for what is manifestly unfounded or excessive; kept in the
    /// vault.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-09</c>: it had been granted to somebody identified, and whoever complained of it is not. <c>E-DSR-12</c>: an objection
    /// to direct marketing, or a withdrawal, is never refused; what has been decided or done stands. <c>E-DSR-14</c>: there are no grounds that could prove
    /// it.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<DataSubjectRequest> RefuseAsync(
        string id, string reason, string by, string? grounds = null, CancellationToken cancellationToken = default)
    {
        ClearText.CheckCode(reason, nameof(reason));
        _parts.Journal.Texts.CheckText(grounds, "the grounds of the refusal");
        var function = FunctionOf(by);
        if (reason is RightsReasons.ManifestlyUnfounded or RightsReasons.Excessive && string.IsNullOrWhiteSpace(grounds))
        {
            throw new RequestException("E-DSR-14", "That a request is manifestly unfounded or excessive is for the controller to prove: state the grounds (Art. 12(5)).");
        }

        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            if (request is { Outcome: RequestOutcome.Refused, Reason: not null })
            {
                return [];
            }

            if (request.Outcome is not null || request.HasDone)
            {
                throw new RequestException(
                    "E-DSR-12", "The request has been decided, or something of it has been done: that stands, and a complaint opens a decision again.");
            }

            if (request is { WasGranted: true, Identity.IsShown: false })
            {
                throw new RequestException(
                    "E-DSR-09", "What had been granted to somebody identified is not refused because of somebody who is not: wait for the proof of identity, or say that "
                    + "nobody is identified.");
            }

            return _parts.ClockOf(request).IsImmediate
                ? throw new RequestException("E-DSR-12", "An objection to direct marketing and a withdrawal are never refused: they take effect when they come.")
                : [RequestStep.Of(RequestEntries.Decided, new StepData(function, reason) { Outcome = RequestOutcome.Refused }) with { Words = WordsOf(grounds) }];
        }, cancellationToken);
    }

    /// <summary>Asks for a reasonable fee before a request is answered that is manifestly unfounded or excessive (Art. 12(5)(a)). The clock runs on.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="amount">The amount, above zero: what the answer costs to make, and no more.</param>
    /// <param name="currency">The currency, three letters of ISO 4217, such as <c>SEK</c>.</param>
    /// <param name="grounds">What shows that it is so, in words: the burden of proof is the controller's. Kept in the vault.</param>
    /// <param name="by">The function that decides.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: an objection to direct marketing and a withdrawal are free, and what has been answered is; a fee was asked for
    /// already. <c>E-DSR-14</c>: there are no grounds that could prove it, or no amount.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public Task<DataSubjectRequest> AskFeeAsync(
        string id, decimal amount, string currency, string grounds, string by, CancellationToken cancellationToken = default)
    {
        _parts.Journal.Texts.CheckText(grounds, "the grounds of the fee");
        var function = FunctionOf(by);
        if (string.IsNullOrWhiteSpace(grounds) || amount <= 0 || currency is not { Length: 3 } || !currency.All(char.IsAsciiLetterUpper))
        {
            throw new RequestException("E-DSR-14",
                "A fee has an amount above zero, a currency of three capital letters, and the grounds by which the controller can prove that it is due (Art. 12(5)).");
        }

        var data = JsonSerializer.Serialize(new FeeData(amount, currency, function), RequestJson.Default.FeeData);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            if (request.Fee is { } asked)
            {
                return asked.Amount == amount && asked.Currency == currency ? []
                    : throw new RequestException("E-DSR-12", "A fee was asked for already: it stands, or is settled.");
            }

            return _parts.ClockOf(request).IsImmediate || request.IsAnswered
                ? throw new RequestException("E-DSR-12", "An objection to direct marketing and a withdrawal are free, and what has been answered was.")
                : [new RequestStep(RequestEntries.FeeAsked, data) { Words = WordsOf(grounds) }];
        }, cancellationToken);
    }

    /// <summary>Says that the fee has been paid, or is asked for no longer: the request may be answered.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="by">The function that says so.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: no fee was asked for.</exception>
    public Task<DataSubjectRequest> SettleFeeAsync(string id, string by, CancellationToken cancellationToken = default)
    {
        var function = FunctionOf(by);
        return RecordAsync(id, request =>
        {
            MustBeOpen(request);
            return request.Fee is not { } fee ? throw new RequestException("E-DSR-12", "No fee was asked for: answer.")
                : fee.SettledAt is not null ? [] : [RequestStep.Of(RequestEntries.FeeSettled, new StepData(function))];
        }, cancellationToken);
    }

    /// <summary>The grounds of the fee or of the refusal, as they were stated last; <see langword="null"/> where there are none, or they have been erased.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string?> ReadGroundsAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        return await ReadTextAsync(request, request.Grounds, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A text of a request, by its commitment; <see langword="null"/> where there is none, or it has been erased.</summary>
    private async ValueTask<string?> ReadTextAsync(DataSubjectRequest request, string? commitment, CancellationToken cancellationToken)
    {
        var stored = commitment is null ? null
            : await _parts.Vault.ReadPayloadAsync(request.Controller, Digest.Parse(commitment), cancellationToken).ConfigureAwait(false);
        return stored is null ? null : JsonSerializer.Deserialize(stored.Content.Span, RequestJson.Default.RequestWords)!.Text;
    }

    private static byte[]? WordsOf(string? text) =>
        text is null ? null : JsonSerializer.SerializeToUtf8Bytes(new RequestWords(text, null, null), RequestJson.Default.RequestWords);

    /// <summary>While a fee is awaited nothing is given out; a refusal is.</summary>
    private static void MustBePaid(DataSubjectRequest request)
    {
        if (request is { Fee.SettledAt: null, Outcome: not RequestOutcome.Refused } and { Fee: not null })
        {
            throw new RequestException("E-DSR-14", "A fee was asked for and has not been paid: wait for it, settle it, or refuse; the clock runs on.");
        }
    }
}
