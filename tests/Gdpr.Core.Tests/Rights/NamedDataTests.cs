using Gdpr.Policies;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Objections and withdrawals that name data: they reach what is done with it, and nothing else.</summary>
public sealed class NamedDataTests
{
    private const string Picture = "crm.customers.picture";

    [Fact]
    public async Task Who_withdraws_the_consent_to_one_field_keeps_the_consents_to_others()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "personalisation");
        await world.ConsentAsync(subject, "direct-marketing");
        world.Set(2026, 3, 11);

        await WithdrawAsync(world, subject, new RequestScope { Fields = [Picture] });

        var state = await world.StateAsync(subject);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Withdrawn, "it uses nothing else");
        state.ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Given);
        (await world.Tasks.ListOpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_withdraws_the_consent_to_a_field_without_which_the_purpose_cannot_be_has_withdrawn_it_for_the_purpose()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();
        await world.ConsentAsync(subject, "direct-marketing");
        world.Set(2026, 3, 11);

        await WithdrawAsync(world, subject, new RequestScope { Fields = ["crm.customers.email"] });

        (await world.StateAsync(subject)).ConsentTo("direct-marketing")!.Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Theory]
    [InlineData("faces", true)]
    [InlineData("faces", false)]
    [InlineData("service", true)]
    public async Task Who_takes_back_an_optional_field_takes_it_back_alone(string activity, bool isRecorded)
    {
        // The purpose uses other data too, or rests on something else than consent.
        await using var world = Open(RightsWorld.PolicyWith(json =>
            json["activities"]![activity]!["data"]!.AsArray().Add(activity == "faces" ? "crm.customers.name" : Picture)));
        var (subject, purpose) = (await world.PersonAsync(), activity == "faces" ? "personalisation" : "service-provision");
        await world.ConsentAsync(subject, "personalisation");
        if (isRecorded)
        {
            await world.RecordAsync(
                subject, SubjectEntries.ConsentGiven, $$"""{"purpose":"{{purpose}}","field":"{{Picture}}","text":"consent","textVersion":"1"}""");
        }

        world.Set(2026, 3, 11);

        await WithdrawAsync(world, subject, new RequestScope { Fields = [Picture], Purposes = [purpose] });

        var state = await world.StateAsync(subject);
        state.ConsentTo(purpose, Picture)!.Phase.ShouldBe(ConsentPhase.Withdrawn);
        state.ConsentTo("personalisation")!.Phase.ShouldBe(ConsentPhase.Given);
        (await world.Tasks.ListOpenAsync()).ShouldHaveSingleItem().Kind.ShouldBe("erase-optional-field");
    }

    [Fact]
    public async Task Who_withdraws_everything_takes_back_optional_fields_of_purposes_that_rest_on_something_else()
    {
        await using var world = Open(RightsWorld.PolicyWith(json => json["activities"]!["service"]!["data"]!.AsArray().Add(Picture)));
        var subject = await world.PersonAsync();
        await world.RecordAsync(
            subject, SubjectEntries.ConsentGiven, $$"""{"purpose":"service-provision","field":"{{Picture}}","text":"consent","textVersion":"1"}""");
        world.Set(2026, 3, 11);

        await WithdrawAsync(world, subject, RequestScope.All);

        (await world.StateAsync(subject)).Consents.ShouldHaveSingleItem().Phase.ShouldBe(ConsentPhase.Withdrawn);
    }

    [Fact]
    public async Task Who_objects_about_one_data_set_stops_no_purpose_of_another()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();

        await world.ReceiveAsync(DataSubjectRight.Objection, subject, intake => intake with { Scope = new RequestScope { DataSets = ["desk.tickets"] } });

        (await world.StateAsync(subject)).Objections.SelectMany(one => one.Purposes).ShouldBe(["customer-support"]);
    }

    [Fact]
    public async Task An_objection_to_direct_marketing_is_to_all_of_it_whatever_data_is_named()
    {
        await using var world = Open();
        var subject = await world.PersonAsync();

        await world.ReceiveAsync(
            DataSubjectRight.Objection, subject, intake => intake with { IsMarketing = true, Scope = new RequestScope { Fields = ["crm.orders.address"] } });

        var objection = (await world.StateAsync(subject)).Objections.ShouldHaveSingleItem();
        (objection.IsMarketing, objection.Purposes.Count).ShouldBe((true, 0), "all of it, and no purpose that would leave others out");
    }

    private static Task<DataSubjectRequest> WithdrawAsync(RightsWorld world, DataSubject subject, RequestScope scope) =>
        world.ReceiveAsync(DataSubjectRight.Withdrawal, subject, intake => intake with { Scope = scope });

    private static RightsWorld Open(GdprPolicy? policy = null) =>
        RightsWorld.Open(new LocalDateTime(2026, 3, 10, 10, 0), new RightsData().Customer(), policy: policy);
}
