using System.Text;
using Gdpr.Journals;
using Gdpr.Subjects;

namespace Gdpr.Rights;

public sealed partial class DataSubjectRequests
{
    /// <summary>Records that a joint controller has answered the person, as their arrangement says (Art. 26(1)). What was granted is carried out here all the
    /// same.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="recipient">The joint controller, as the policy declares it among the recipients.</param>
    /// <param name="evidence">Where the evidence is, such as the other's own number for the answer: a reference. No personal data.</param>
    /// <param name="by">The function that has been told so: no person.</param>
    /// <param name="cancellationToken">Cancels before it is journalled.</param>
    /// <exception cref="RequestException"><c>E-DSR-12</c>: no arrangement that the request is about says that it answers. <c>E-DSR-10</c>: what is held here has not been
    /// assessed, or the request not decided. <c>E-DSR-07</c>: something of it could not be reached yet, or erasure was not carried out.</exception>
    public async Task<DataSubjectRequest> AnsweredByJointControllerAsync(
        string id, string recipient, string evidence, string by, CancellationToken cancellationToken = default)
    {
        ClearText.CheckCode(evidence, nameof(evidence));
        var function = FunctionOf(by);
        var given = new GivenAnswer(_parts.Now, function, Digest.Of(Encoding.UTF8.GetBytes(evidence)).ToString(), IsComplete: true) { ByJointController = recipient };
        var answered = await RecordAsync(id, request =>
        {
            MustBeOpen(request);
            MustNotBeDoubted(request);
            if (request.IsAnswered)
            {
                return [];
            }

            if (JointArrangements.Of(_parts.Policy(), request).All(concern => concern.AnsweredBy != recipient))
            {
                throw new RequestException(
                    "E-DSR-12", "No arrangement that the request is about says that this joint controller answers: answer it here, or declare who does in answeredBy.");
            }

            var isCopy = request.Right is DataSubjectRight.Access or DataSubjectRight.Portability;
            if (request.Outcome is null && (!isCopy || request.Phase < RequestPhase.Assessing))
            {
                throw new RequestException("E-DSR-10",
                    "What is held here has not been assessed, or not been decided: do that first, so that the other can answer it whole.");
            }

            if (MissingOf(request).Count > 0 || IsUndone(request))
            {
                throw new RequestException("E-DSR-07", "Something of the request has not been reached or carried out here: the answer lacks it.");
            }

            return
            [
                RequestStep.Of(given),
                .. request.Outcome is null
                    ? new[] { RequestStep.Of(RequestEntries.Decided, new StepData(function) { Outcome = OutcomeOf(request.Lines) }) } : [],
            ];
        }, cancellationToken).ConfigureAwait(false);
        return await AfterAnswerAsync(answered, function, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether erasure was granted and has not been carried out: it is confirmed after it is done, never before.</summary>
    private static bool IsUndone(DataSubjectRequest request) =>
        request is { Right: DataSubjectRight.Erasure, Results.Count: 0, IsTurnedAway: false } && request.Lines.Any(line => line.Verdict == RightsVerdict.Granted);
}
