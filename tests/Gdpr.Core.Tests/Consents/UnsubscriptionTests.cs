using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gdpr.Consents;
using Gdpr.Core.Tests.Disposal;
using Gdpr.Journals;
using Gdpr.Processing.Tasks;
using Gdpr.Subjects;
using NodaTime;
using static Gdpr.Core.Tests.Consents.ConsentShop;

namespace Gdpr.Core.Tests.Consents;

/// <summary>Unsubscribing with one click (RFC 8058), or however else, with one effect.</summary>
public sealed class UnsubscriptionTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Body = "List-Unsubscribe=One-Click";

    private static readonly Uri Endpoint = new("https://shop.example/unsubscribe");
    private static readonly SubjectIdentifier Address = SubjectIdentifier.OfEmail("kept-1@person.example");

    [Fact]
    public async Task The_headers_are_those_of_RFC_8058_and_tell_nothing_of_the_person()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var headers = shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject), Endpoint, "unsubscribe@shop.example");
        headers.ListUnsubscribe.ShouldBe($"<{headers.Link}>, <mailto:unsubscribe@shop.example>");
        headers.ListUnsubscribePost.ShouldBe("List-Unsubscribe=One-Click");
        headers.Link.AbsoluteUri.ShouldStartWith("https://shop.example/unsubscribe/");
        var token = TokenOf(headers);
        token.ShouldNotContain("=");
        var bytes = Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        foreach (var told in new[] { subject.Key.ToString(), "person.example", Newsletter, "newsletter", "shop" })
        {
            bytes.ShouldNotContain(told);
        }
    }

    [Theory]
    [InlineData("http://shop.example/u")]
    [InlineData("https://shop.example/u?x=1")]
    [InlineData("https://shop.example/u#x")]
    [InlineData("/u")]
    public async Task An_endpoint_that_is_not_plain_https_is_refused(string endpoint)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        Should.Throw<ArgumentException>(() => shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject), new Uri(endpoint, UriKind.RelativeOrAbsolute)));
    }

    [Fact]
    public async Task A_mailbox_cannot_smuggle_another_header_in()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        Should.Throw<ArgumentException>(() => shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject), Endpoint, "a@b.example>\r\nBcc: x@y.example"));
    }

    [Theory]
    [InlineData("GET", null, null, OneClickOutcome.ShowPage)]
    [InlineData("HEAD", null, null, OneClickOutcome.ShowPage)]
    [InlineData("GET", Form, Body, OneClickOutcome.ShowPage)]
    [InlineData("POST", null, null, OneClickOutcome.NotOneClick)]
    [InlineData("POST", Form, "", OneClickOutcome.NotOneClick)]
    [InlineData("POST", Form, "List-Unsubscribe=No", OneClickOutcome.NotOneClick)]
    [InlineData("POST", "text/plain", Body, OneClickOutcome.NotOneClick)]
    [InlineData("PUT", Form, Body, OneClickOutcome.NotOneClick)]
    [InlineData("POST", Form, Body, OneClickOutcome.Unsubscribed)]
    [InlineData("post", Form + "; charset=utf-8", "a=1&" + Body, OneClickOutcome.Unsubscribed)]
    [InlineData("POST", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n", OneClickOutcome.Unsubscribed)]
    [InlineData("POST", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nOne-Click\r\n--x--\r\n", OneClickOutcome.NotOneClick)]
    [InlineData("POST", "multipart/form-data", Body, OneClickOutcome.NotOneClick)]
    public async Task Only_a_post_that_says_so_unsubscribes(string method, string? type, string? body, OneClickOutcome expected)
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromMinutes(1));
        var (outcome, _) = await shop.Get<Unsubscription>().HandleAsync(TokenOf(shop, subject), method, type, body);
        outcome.ShouldBe(expected);
        var isOut = expected == OneClickOutcome.Unsubscribed;
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!.Phase.ShouldBe(isOut ? ConsentPhase.Withdrawn : ConsentPhase.Given);
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).IsSuppressed.ShouldBe(isOut);
    }

    [Fact]
    public async Task One_click_ends_the_purpose_cancels_the_queue_and_makes_the_data_go()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        await shop.ApproveAsync();
        await shop.Work.RunDueAsync(Shop.Now, TimeSpan.MaxValue);
        shop.Clock.Advance(Duration.FromMinutes(1));

        var (_, result) = await shop.Get<Unsubscription>().HandleAsync(TokenOf(shop, subject), "POST", Form, Body);

        result!.Ended.ShouldBe([Newsletter]);
        result.Effects.Due.ShouldBe(["crm.customers"]);
        var state = await shop.Get<SubjectDirectory>().ReadStateAsync(subject);
        var objection = state.Objections.ShouldHaveSingleItem();
        objection.IsMarketing.ShouldBeTrue();
        objection.Phase.ShouldBe(ObjectionPhase.Upheld);
        await shop.Work.RunDueAsync(shop.Clock.GetCurrentInstant(), TimeSpan.MaxValue);
        shop.Data.Customers.Find("kept-1")!.Email.ShouldBeNull();
        shop.Data.Customers.Find("kept-1")!.Name.ShouldNotBeNull();
        await shop.World.ShouldVerifyAsync();
    }

    [Fact]
    public async Task By_link_and_by_mail_have_the_same_effect()
    {
        var effects = new List<string>();
        foreach (var byLink in new[] { true, false })
        {
            await using var shop = Open();
            var subject = await shop.SubjectAsync();
            await shop.GiveAsync(subject);
            shop.Clock.Advance(Duration.FromMinutes(1));
            var unsubscription = shop.Get<Unsubscription>();
            if (byLink)
            {
                await unsubscription.HandleAsync(TokenOf(shop, subject), "POST", Form, Body);
            }
            else
            {
                await unsubscription.UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter], "email", "mail"));
            }

            var state = await shop.Get<SubjectDirectory>().ReadStateAsync(subject);
            effects.Add(string.Join(' ', [
                .. await shop.TypesAsync(), state.ConsentTo(Newsletter)!.Phase, state.Objections[0].Phase, state.Objections[0].Channel ?? "all",
                (await shop.Get<Suppression>().ReadAsync(Address)).ShouldHaveSingleItem() with { Source = "" }]));
        }

        effects[0].ShouldBe(effects[1]);
    }

    [Fact]
    public async Task Unsubscribing_again_changes_nothing()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromMinutes(1));
        var token = TokenOf(shop, subject);
        await shop.Get<Unsubscription>().HandleAsync(token, "POST", Form, Body);
        var types = await shop.TypesAsync();
        var (outcome, result) = await shop.Get<Unsubscription>().HandleAsync(token, "POST", Form, Body);
        outcome.ShouldBe(OneClickOutcome.Unsubscribed);
        result!.Ended.ShouldBeEmpty();
        (await shop.TypesAsync()).ShouldBe(types);
    }

    [Fact]
    public async Task A_purpose_on_another_basis_ends_as_well_where_the_organisation_says_so()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var result = await shop.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter, "delivery"], "email", "mail"));
        result.Ended.ShouldBe([Newsletter, "delivery"]);
        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).HasEnded("delivery").ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unsubscribing_from_a_purpose_ends_the_fields_that_were_given_for_it(bool isWithdrawnBefore)
    {
        await using var shop = Open(policy: Policy(adviceData: "crm.customers"));
        var subject = await shop.SubjectAsync();
        var grant = new ConsentGrant(subject, Advice, new ShownText("advice-text", "1", "sv"), Act) { IsExplicit = true };
        await shop.Consents().GiveAsync(grant);
        if (isWithdrawnBefore)
        {
            shop.Clock.Advance(Duration.FromMinutes(1));
            await shop.Consents().WithdrawAsync(subject, Advice);
            shop.Clock.Advance(Duration.FromMinutes(1));
        }

        await shop.Consents().GiveAsync(grant with { Field = Email });
        shop.Clock.Advance(Duration.FromMinutes(1));
        var order = new UnsubscribeOrder([Advice], "email", "mail");

        await shop.Get<Unsubscription>().UnsubscribeAsync(Address, order with { IsChannelOnly = true });
        (await FieldAsync()).Phase.ShouldBe(ConsentPhase.Given);
        (await shop.Get<Unsubscription>().UnsubscribeAsync(Address, order)).Ended.ShouldBe([Advice]);

        (await FieldAsync()).Phase.ShouldBe(ConsentPhase.Withdrawn);
        (await shop.Get<HumanTasks>().ListOpenAsync()).ShouldHaveSingleItem().About.ShouldBe(Email);
        (await shop.Get<Unsubscription>().UnsubscribeAsync(Address, order)).Ended.ShouldBeEmpty();

        async Task<ConsentState> FieldAsync() => (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Advice, Email)!;
    }

    [Fact]
    public async Task Out_of_one_channel_leaves_the_others()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject);
        shop.Clock.Advance(Duration.FromMinutes(1));
        await shop.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter], "email", "mail") { IsChannelOnly = true });
        var state = await shop.Get<SubjectDirectory>().ReadStateAsync(subject);
        state.ConsentTo(Newsletter)!.Phase.ShouldBe(ConsentPhase.Given);
        state.Objections.ShouldHaveSingleItem().Channel.ShouldBe("email");
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
        (await shop.Get<Suppression>().CheckAsync(Address, "post", Newsletter)).IsSuppressed.ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_that_nobody_knows_is_suppressed_all_the_same()
    {
        await using var shop = Open();
        var stranger = SubjectIdentifier.OfEmail("stranger@person.example");
        var result = await shop.Get<Unsubscription>().UnsubscribeAsync(stranger, new UnsubscribeOrder([Newsletter], "email", "mail"));
        result.Subject.ShouldBeNull();
        (await shop.Get<Suppression>().CheckAsync(stranger, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_in_an_old_message_suppresses_the_address_of_a_person_who_has_been_erased()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        var token = TokenOf(shop, subject);
        await shop.Get<SubjectDirectory>().ForgetAsync(subject, await shop.Get<SubjectDirectory>().ReadStateAsync(subject), CancellationToken.None);
        shop.Clock.Advance(Duration.FromDays(2000));
        (await shop.Get<Unsubscription>().HandleAsync(token, "POST", Form, Body)).Outcome.ShouldBe(OneClickOutcome.Unsubscribed);
        (await shop.Get<Suppression>().CheckAsync(Address, "email", Newsletter)).IsSuppressed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_works_after_the_key_was_changed_and_not_after_the_time_that_is_set()
    {
        var keys = InMemoryKeyRing.WithRandomKey();
        var link = new UnsubscribeLink(new DataSubject("shop", new SubjectKey("k1")), "newsletter", [Newsletter], "email") { Address = Address };
        var token = UnsubscribeTokens.Write(link, Shop.Now, keys);
        var read = UnsubscribeTokens.Read(token, keys)!;
        read.Link.Subject.ShouldBe(link.Subject);
        read.Link.Purposes.ShouldBe(link.Purposes);
        read.IssuedAt.ShouldBe(Shop.Now);
        UnsubscribeTokens.Read(token, InMemoryKeyRing.WithRandomKey()).ShouldBeNull();
        await Task.CompletedTask;
    }

    [Fact]
    public void A_token_that_was_changed_or_made_up_is_none()
    {
        var keys = InMemoryKeyRing.WithRandomKey();
        var link = new UnsubscribeLink(new DataSubject("shop", new SubjectKey("k1")), "newsletter", [Newsletter, Advice], "email") { Address = Address, IsChannelOnly = true };
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(UnsubscribeTokens.Write(link, Shop.Now, keys));
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. bytes];
                changed[i] ^= (byte)(1 << bit);
                UnsubscribeTokens.Read(System.Buffers.Text.Base64Url.EncodeToString(changed), keys).ShouldBeNull();
            }

            UnsubscribeTokens.Read(System.Buffers.Text.Base64Url.EncodeToString(bytes.AsSpan(0, i)), keys).ShouldBeNull();
        }

        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => text is null || UnsubscribeTokens.Read(text, keys) is null).QuickCheckThrowOnFailure();
        UnsubscribeTokens.Read(new string('A', 1 << 20), keys).ShouldBeNull();
    }

    [Fact]
    public async Task A_link_for_what_the_policy_does_not_do_is_refused()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        Should.Throw<ArgumentException>(() => shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject) with { Purposes = ["nothing"] }, Endpoint));
        Should.Throw<ArgumentException>(() => shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject) with { Purposes = [] }, Endpoint));
        Should.Throw<ArgumentException>(() => shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject) with { List = "a list" }, Endpoint));
    }

    private static UnsubscribeLink LinkOf(DataSubject subject) => new(subject, "newsletter", [Newsletter], "email") { Address = Address };

    private static string TokenOf(Shop shop, DataSubject subject) => TokenOf(shop.Get<Unsubscription>().CreateHeaders(LinkOf(subject), Endpoint));

    private static string TokenOf(UnsubscribeHeaders headers) => headers.Link.Segments[^1];

    [Fact]
    public async Task Unsubscribing_ends_a_consent_also_where_that_came_from_a_clock_that_is_ahead()
    {
        await using var shop = Open();
        var subject = await shop.SubjectAsync();
        await shop.GiveAsync(subject, Shop.Now + Duration.FromSeconds(30));
        shop.Clock.Advance(Duration.FromSeconds(10));

        await shop.Get<Unsubscription>().UnsubscribeAsync(Address, new UnsubscribeOrder([Newsletter], "email", "mail"));
        shop.Clock.Advance(Duration.FromMinutes(10));

        (await shop.Get<SubjectDirectory>().ReadStateAsync(subject)).ConsentTo(Newsletter)!.IsInForce(shop.Clock.GetCurrentInstant()).ShouldBeFalse();
    }
}
