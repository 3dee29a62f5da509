using System.Text.Json;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    /// <summary>The answer to a request for access: all that Art. 15 asks for, tailored to the person, with a copy from every source.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The answer. Where a source is down, or people still look, it says so: give it, and compose it again when the rest can be had.</returns>
    /// <remarks>Free text that may be about other people opens a task for its review: the answer is given when that is done.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-09</c>: who asks has not been identified. <c>E-DSR-12</c>: it is no request for access.</exception>
    public async Task<AccessAnswer> ComposeAccessAsync(string id, string language = "en", CancellationToken cancellationToken = default)
    {
        var (request, found) = await GatherAsync(id, DataSubjectRight.Access, cancellationToken).ConfigureAwait(false);
        var answer = await _access.ComposeAsync(request, found, language, cancellationToken).ConfigureAwait(false);
        await _reviews.AskAsync(request, answer, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    /// <summary>What the person takes along (Art. 20): a package of its own scope, as JSON and CSV with a schema and a manifest.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="language">A two-letter code: <c>sv</c> for Swedish; anything else is taken as English. In it the manifest says where to complain of what is left
    /// out.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <remarks>Free text that may be about other people opens a task for its review: the package is given when that is done.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-09</c>: who asks has not been identified. <c>E-DSR-12</c>: it is no request for portability.</exception>
    public async Task<PortabilityPackage> ComposePackageAsync(string id, string language = "en", CancellationToken cancellationToken = default)
    {
        var (request, found) = await GatherAsync(id, DataSubjectRight.Portability, cancellationToken).ConfigureAwait(false);
        var package = PortabilityWork.Compose(request, _parts.Policy(), _parts.AssessmentFor(request), found, language);
        await _reviews.AskAsync(request, package, cancellationToken).ConfigureAwait(false);
        return package;
    }

    /// <summary>Sends a package to another controller that the person has named, and records it as the answer (Art. 20(2)).</summary>
    /// <param name="package">The package.</param>
    /// <param name="to">Where the other controller takes it: https, except on the machine itself.</param>
    /// <param name="transfer">What sends it.</param>
    /// <param name="by">The function that sends it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentException">The address is not https.</exception>
    /// <exception cref="RequestException"><c>E-DSR-06</c>: what may be about other people has not been reviewed. <c>E-DSR-09</c>: who asks is not identified, or no longer.
    /// <c>E-DSR-12</c>: a complaint has come or been answered since it was composed, or the request has been refused. <c>E-DSR-14</c>: a fee is awaited. Nothing is
    /// sent then.</exception>
    public async Task<DataSubjectRequest> TransferAsync(
        PortabilityPackage package, Uri to, IPortabilityTransfer transfer, string by, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(transfer);
        var function = FunctionOf(by);
        if (!to.IsAbsoluteUri || (to.Scheme != Uri.UriSchemeHttps && !to.IsLoopback))
        {
            throw new ArgumentException("A package is sent by https.", nameof(to));
        }

        var request = await GetAsync(package.RequestId, cancellationToken).ConfigureAwait(false);
        MustBeGiveable(request, package);
        await _reviews.CheckAsync(request, package, cancellationToken).ConfigureAwait(false);
        await transfer.SendAsync(package, to, cancellationToken).ConfigureAwait(false);
        return await GiveAnswerAsync(package, function, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Finds what has to be corrected for a category to be right wherever it is held of the person (Art. 16): each record, in every source, that holds
    /// something else.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="category">The category's id in the policy, such as <c>contact.email</c>.</param>
    /// <param name="value">What is right.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The corrections, for <see cref="RectifyAsync"/>; leave out those that are right as they stand. Where no source can be asked, or one is down, the
    /// correction names no record: people look. A field in which nothing is held is not among them.</returns>
    /// <exception cref="ArgumentException">No field of the policy has the category.</exception>
    /// <exception cref="RequestException"><c>E-DSR-09</c>: who asks has not been identified. <c>E-DSR-12</c>: it is no request for rectification.</exception>
    public async Task<IReadOnlyList<Correction>> FindCorrectionsAsync(string id, string category, JsonElement value, CancellationToken cancellationToken = default)
    {
        var dataSets = _parts.Policy().Systems.Values.SelectMany(system => system.DataSets.Values);
        if (!dataSets.SelectMany(dataSet => dataSet.Fields.Values).Any(field => field.Category == category))
        {
            throw new ArgumentException($"No field of the policy has the category '{category}': name one that a data set declares.", nameof(category));
        }

        var (request, subject) = await RectifiableAsync(id, cancellationToken).ConfigureAwait(false);
        return await _rectification.FindAsync(request, subject, category, value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Corrects what has been found wrong, supplements what is incomplete, and keeps what the person says beside what must stay: a voucher that a law commands
    /// to keep is
    /// annotated, never written over (Art. 16).</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="corrections">What is right, or what the person says.</param>
    /// <param name="cancellationToken">Cancels between records.</param>
    /// <returns>The request with what has become of each field. What no source can write is a task for people.</returns>
    /// <remarks>Recipients of what was corrected are told what is right now; of what people corrected by hand, that it was.</remarks>
    /// <exception cref="RequestException"><c>E-DSR-03</c>: a correction is of what is processed for another controller alone. <c>E-DSR-09</c>: who asks has
    /// not been identified. <c>E-DSR-12</c>: it is no request for rectification, or has been refused; a correction is of nothing that the policy declares, has
    /// no value, or is of the same as another. Then nothing has been corrected.</exception>
    /// <exception cref="InvalidTextException">A text is too long, or has signs that no text may have (<see cref="TextOptions"/>): nothing is recorded.</exception>
    public async Task<DataSubjectRequest> RectifyAsync(string id, IReadOnlyList<Correction> corrections, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(corrections);
        var (request, subject) = await RectifiableAsync(id, cancellationToken).ConfigureAwait(false);
        if (corrections.Any(correction => !IsDeclared($"{correction.DataSet}.{correction.Field}") || correction.Value.ValueKind == JsonValueKind.Undefined))
        {
            throw new RequestException(
                "E-DSR-12", "A correction names a field that the policy does not declare, or has no value: name a declared one, and say what is right.");
        }

        if (corrections.Where(one => one.NativeKey is { Length: > 0 }).GroupBy(one => (one.DataSet, one.NativeKey, one.Field)).Any(same => same.Count() > 1))
        {
            throw new RequestException("E-DSR-12", "Two corrections are of the same field of the same record: say once what is right.");
        }

        foreach (var correction in corrections)
        {
            _parts.Journal.Texts.CheckId(correction.NativeKey, "the key of a record to correct");
            _parts.Journal.Texts.CheckText(TextOf(correction.Value), "a correct value");
        }

        var assessment = _parts.Assessment();
        if (corrections.FirstOrDefault(correction => !assessment.IsOwn(request, correction.DataSet, correction.Field)) is { } foreign)
        {
            throw new RequestException(
                "E-DSR-03", $"What stands in '{foreign.DataSet}.{foreign.Field}' is not the controller's own: hand it to the controller whose data it is.");
        }

        return await _rectification.RectifyAsync(request, subject, corrections, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a person has said of values that stayed as they were, because they could not be verified, were opinions, or a law commands to keep them (Art. 16):
    /// whoever uses the values considers it.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The annotations, in the order in which they were made; of one record's field, each request's last. They are kept as long as the record is
    /// found, and let go with the journal's entries of that time after it.</returns>
    public async Task<IReadOnlyList<DataAnnotation>> ReadAnnotationsAsync(DataSubject subject, CancellationToken cancellationToken = default)
    {
        await _parts.Folds.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        return await _parts.Annotations.ReadForAsync(subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A value as a text. Half of a surrogate pair, which no string has after reading, is shown as the sign that it would become.</summary>
    private static string TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return "\ud800";
        }
    }

    private async ValueTask<(DataSubjectRequest Request, DataSubject Subject)> RectifiableAsync(string id, CancellationToken cancellationToken)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeOpen(request);
        if (request.Right != DataSubjectRight.Rectification || request.Subject is not { } subject)
        {
            throw new RequestException("E-DSR-12", "The request is not one for rectification of a known person's data: take one in.");
        }

        if (request.Outcome is RequestOutcome.Refused or RequestOutcome.NotIdentifiable)
        {
            throw new RequestException("E-DSR-12", "The request has been refused, and nothing of it is carried out: a complaint that is upheld opens it again.");
        }

        MustBeIdentified(request);
        return (request, subject);
    }

    private async ValueTask<(DataSubjectRequest Request, IReadOnlyList<PersonDataSet> Found)> GatherAsync(string id, DataSubjectRight right,
        CancellationToken cancellationToken)
    {
        var request = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        MustBeOpen(request);
        if (request.Right != right)
        {
            throw new RequestException("E-DSR-12", $"The request is not one for {right}: what it asks for is composed another way.");
        }

        MustBeIdentified(request);
        var found = request.Subject is { } subject ? await _parts.Inventory.GatherAsync(subject, request.Scope.Reached, cancellationToken).ConfigureAwait(false) : [];
        return (await _work.AssessAsync(request, found, cancellationToken).ConfigureAwait(false), found);
    }

    /// <summary>While proof of identity is awaited nothing is given out or done: but that somebody cannot be identified, or is refused, can be said.</summary>
    private static void MustNotBeDoubted(DataSubjectRequest request)
    {
        if (request.Outcome is not (RequestOutcome.NotIdentifiable or RequestOutcome.Refused) && request.Identity.IsDoubted)
        {
            throw new RequestException("E-DSR-09", "Proof of identity was asked for and has not come: confirm the identity, or decide that nobody can be identified.");
        }
    }

    /// <summary>The data themselves are given to nobody whose identity has been doubted since they were put together, or who has been refused as a whole.
    /// A package of which nothing is portable says so.</summary>
    private static void MustBeDue(DataSubjectRequest request, IRightsAnswer answer)
    {
        if (answer is not (AccessAnswer or PortabilityPackage))
        {
            return;
        }

        MustBeIdentified(request);
        if (request.IsTurnedAway)
        {
            throw new RequestException("E-DSR-12", "The request has been refused: say so in an answer, and give nothing out.");
        }
    }

    private static void MustBeIdentified(DataSubjectRequest request)
    {
        if (!request.Identity.IsShown)
        {
            throw new RequestException("E-DSR-09", "Nobody has said how the person was recognised: confirm the identity, or ask for it where there is reasonable doubt.");
        }

        if (request.Mandate is { IsShown: false } mandate)
        {
            throw new RequestException(
                "E-DSR-08", $"Nobody has said how the {mandate.Kind.ToString().ToLowerInvariant()} has shown the mandate, and what is about the person goes to nobody else: "
                + "confirm the mandate with a reference to where it is kept, or refuse.");
        }
    }
}
