using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>What is manifestly unfounded or excessive is refused, or answered for a fee: a human finds it, and the controller can prove it (Art. 12(5)).</summary>
public sealed class UnfoundedRequestTests
{
    private const string Grounds = "Marker: the same request every day since January, each answered.";

    [Theory]
    [InlineData(RightsReasons.ManifestlyUnfounded)]
    [InlineData(RightsReasons.Excessive)]
    public async Task Nothing_is_refused_as_unfounded_or_excessive_without_grounds_that_can_prove_it(string reason)
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());

        (await Should.ThrowAsync<RequestException>(() => world.Requests.RefuseAsync(request.Id, reason, RightsWorld.Officer))).Code.ShouldBe("E-DSR-14");
        (await world.Requests.FindAsync(request.Id))!.Outcome.ShouldBeNull();
        var refused = await world.Requests.RefuseAsync(request.Id, reason, RightsWorld.Officer, Grounds);

        (refused.Outcome, refused.Reason).ShouldBe((RequestOutcome.Refused, reason));
        (await world.Requests.ReadGroundsAsync(request.Id)).ShouldBe(Grounds);
        (await world.Stores.EntriesAsync()).ShouldAllBe(entry => !entry.Content.Data.Contains("Marker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_a_fee_is_awaited_nothing_is_given_out_and_the_clock_runs_on()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var request = await world.ReceiveAsync(DataSubjectRight.Access, await world.PersonAsync());

        var asked = await world.Requests.AskFeeAsync(request.Id, 250m, "SEK", Grounds, RightsWorld.Officer);

        (asked.Fee!.Amount, asked.Fee.Currency, asked.Fee.SettledAt).ShouldBe((250m, "SEK", null));
        world.Requests.ClockOf(asked).LegalLatest.ShouldBe(world.Requests.ClockOf(request).LegalLatest);
        var answer = await world.Requests.ComposeAccessAsync(request.Id);
        await world.CompleteAsync("collect-by-hand", "nothing-held");
        answer = await world.Requests.ComposeAccessAsync(request.Id);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer))).Code.ShouldBe("E-DSR-14");
        (await world.Requests.SettleFeeAsync(request.Id, RightsWorld.Officer)).Fee!.SettledAt.ShouldBe(world.Now);
        (await world.Requests.GiveAnswerAsync(answer, RightsWorld.Officer)).IsAnswered.ShouldBeTrue();
        (await world.Requests.ReadGroundsAsync(request.Id)).ShouldBe(Grounds);
    }

    [Fact]
    public async Task A_fee_is_asked_for_once_with_amount_and_grounds_and_never_for_what_is_absolute()
    {
        await using var world = RightsWorld.Open(Morning, new RightsData().Customer());
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        var objection = await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true });

        foreach (var (amount, currency, grounds) in new[] { (0m, "SEK", Grounds), (-1m, "SEK", Grounds), (1m, "kr", Grounds), (1m, "sek", Grounds), (1m, "SEK", " ") })
        {
            (await Should.ThrowAsync<RequestException>(() => world.Requests.AskFeeAsync(request.Id, amount, currency, grounds, RightsWorld.Officer))).Code.ShouldBe("E-DSR-14");
        }

        (await Should.ThrowAsync<RequestException>(() => world.Requests.AskFeeAsync(objection.Id, 1m, "SEK", Grounds, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await Should.ThrowAsync<RequestException>(() => world.Requests.SettleFeeAsync(request.Id, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        await world.Requests.AskFeeAsync(request.Id, 1m, "SEK", Grounds, RightsWorld.Officer);
        var again = await world.Requests.AskFeeAsync(request.Id, 1m, "SEK", Grounds, RightsWorld.Officer);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.AskFeeAsync(request.Id, 2m, "SEK", Grounds, RightsWorld.Officer))).Code.ShouldBe("E-DSR-12");
        (await world.Stores.EntriesAsync()).Count(entry => entry.Content.Type == "request-fee-asked").ShouldBe(1);
        again.Fee!.Amount.ShouldBe(1m);
    }

    private static readonly LocalDateTime Morning = new(2026, 2, 2, 10, 0);
}
