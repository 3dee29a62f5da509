using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdpr.Rights;
using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Core.Tests.Rights;

/// <summary>Portability (Art. 20): a scope of its own, files that can be read anywhere, the same bytes for the same data.</summary>
public sealed class PortabilityTests
{
    [Fact]
    public async Task The_package_holds_what_was_provided_on_consent_or_contract_and_nothing_else()
    {
        var data = ErasureTests.Past();
        data.Tickets.Put(new Ticket("t1", "c1", "a1", "Marker-Text", "Marker-Agent", null));
        data.Customer("c1");
        data.Orders.Put(new Purchase("o2", "c1", "Marker-Street 2", null));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, subject);

        var package = await world.Requests.ComposePackageAsync(request.Id);

        package.Files.Select(file => file.Name).ShouldBe(
            ["manifest.json", "schema.json", "crm.customers.json", "crm.customers.csv", "crm.orders.json", "crm.orders.csv"]);
        var customer = JsonDocument.Parse(package.Files[2].Content).RootElement[0];
        customer.EnumerateObject().Select(field => field.Name).ShouldBe(["email", "name", "pnr"]);
        customer.GetProperty("pnr").GetString().ShouldBe("19900101-1239");
        JsonDocument.Parse(package.Files[4].Content).RootElement.EnumerateArray().ShouldHaveSingleItem("the time of the other order is over")
            .GetProperty("address").GetString().ShouldBe("Marker-Street 2");
        var manifest = JsonDocument.Parse(package.Files[0].Content).RootElement;
        var leftOut = manifest.GetProperty("leftOut").EnumerateArray()
            .SelectMany(one => one.GetProperty("fields").EnumerateArray().Select(field => (field.GetString(), one.GetProperty("reason").GetString()))).ToArray();
        leftOut.ShouldContain(("score", RightsReasons.NotProvided));
        leftOut.ShouldContain(("password", RightsReasons.Credential));
        leftOut.ShouldContain(("picture", RightsReasons.BasisNotPortable));
        leftOut.ShouldContain(("text", RightsReasons.BasisNotPortable));
        leftOut.ShouldContain(("amount", RightsReasons.BasisNotPortable));
    }

    [Theory]
    [InlineData("en", "A court of the country")]
    [InlineData("sv", "Domstol i det land")]
    public async Task Of_what_is_left_out_the_manifest_tells_where_to_ask_and_to_complain(string language, string court)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, await world.PersonAsync());

        var manifest = (await world.Requests.ComposePackageAsync(request.Id, language)).Files[0];

        var (remedies, controller) = (JsonDocument.Parse(manifest.Content).RootElement.GetProperty("remedies"), RightsWorld.Policy().Controllers.Values.First());
        remedies.GetProperty("company").GetString()!.ShouldContain(controller.Contact);
        remedies.GetProperty("authority").GetString().ShouldBe(controller.Authority);
        remedies.GetProperty("court").GetString()!.ShouldStartWith(court);
    }

    [Fact]
    public async Task It_is_not_the_access_answer_again()
    {
        var data = ErasureTests.Past();
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data);
        var subject = await world.PersonAsync();
        var access = await world.ReceiveAsync(DataSubjectRight.Access, subject);
        var portability = await world.ReceiveAsync(DataSubjectRight.Portability, subject);

        (await world.Requests.ComposeAccessAsync(access.Id)).Content.DataSets.ShouldContain(dataSet => dataSet.DataSet == "erp.invoices");
        (await world.Requests.ComposePackageAsync(portability.Id)).Files.ShouldNotContain(file => file.Name.StartsWith("erp.", StringComparison.Ordinal));
        (await Should.ThrowAsync<RequestException>(() => world.Requests.ComposePackageAsync(access.Id))).Code.ShouldBe("E-DSR-12");
    }

    [Fact]
    public async Task The_same_data_give_the_same_bytes_and_the_manifest_holds_the_digest_of_each_file()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, await world.PersonAsync());
        var first = await world.Requests.ComposePackageAsync(request.Id);
        world.Set(2026, 2, 3);
        var second = await world.Requests.ComposePackageAsync(request.Id);

        second.Hash.ShouldBe(first.Hash);
        second.ToZip().ShouldBe(first.ToZip());
        foreach (var listed in JsonDocument.Parse(first.Files[0].Content).RootElement.GetProperty("files").EnumerateArray())
        {
            var file = first.Files.Single(one => one.Name == listed.GetProperty("name").GetString());
            Convert.ToHexStringLower(SHA256.HashData(file.Content.Span)).ShouldBe(listed.GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public async Task It_goes_straight_to_another_controller_over_https_and_is_answered_by_that()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), ErasureTests.Past());
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, await world.PersonAsync());
        await world.Requests.ComposePackageAsync(request.Id);
        await ErasureTests.FinishPaperAsync(world, request);
        var package = await world.Requests.ComposePackageAsync(request.Id);
        var sent = new Sent();

        await Should.ThrowAsync<ArgumentException>(() => world.Requests.TransferAsync(package, new Uri("http://other.example/take"), sent, RightsWorld.Officer));
        var answered = await world.Requests.TransferAsync(package, new Uri("https://other.example/take"), sent, RightsWorld.Officer);

        sent.Packages.ShouldHaveSingleItem().ShouldBe(package);
        answered.IsAnswered.ShouldBeTrue();
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
        world.Data.Customers.Find("c1").ShouldNotBeNull("Taking along erases nothing.");
    }

    [Fact]
    public void An_encrypted_package_opens_with_its_passphrase_and_with_nothing_else()
    {
        var content = Encoding.UTF8.GetBytes("Marker-Content");
        var encrypted = PackageEncryption.Encrypt(content, "twelve-signs-or-more");

        PackageEncryption.Decrypt(encrypted, "twelve-signs-or-more").ShouldBe(content);
        Encoding.UTF8.GetString(encrypted).ShouldNotContain("Marker");
        Should.Throw<CryptographicException>(() => PackageEncryption.Decrypt(encrypted, "twelve-signs-or-less"));
        foreach (var at in new[] { 12, 30, 45, encrypted.Length - 1 })
        {
            var changed = encrypted.ToArray();
            changed[at] ^= 1;
            Should.Throw<CryptographicException>(() => PackageEncryption.Decrypt(changed, "twelve-signs-or-more"));
        }

        Should.Throw<ArgumentException>(() => PackageEncryption.Encrypt(content, "short"));
        Should.Throw<ArgumentException>(() => PackageEncryption.Decrypt(content, "twelve-signs-or-more"));
    }

    [Theory]
    [InlineData("plain", "plain", "plain")]
    [InlineData("a,b", "\"a,b\"", "\"a,b\"")]
    [InlineData("say \"so\"", "\"say \"\"so\"\"\"", "\"say \"\"so\"\"\"")]
    [InlineData("two\r\nlines", "\"two\r\nlines\"", "\"two\r\nlines\"")]
    [InlineData("=cmd", "=cmd", "'=cmd")]
    [InlineData("+46", "+46", "'+46")]
    [InlineData("-1", "-1", "'-1")]
    [InlineData("@x", "@x", "'@x")]
    [InlineData("", "\"\"", "\"\"")]
    [InlineData(" =x", "\" =x\"", "' =x")]
    public void A_cell_is_faithful_for_the_person_and_harmless_for_an_officer(string value, string faithful, string harmless)
    {
        var records = new[] { new Dictionary<string, JsonElement> { ["a"] = JsonSerializer.SerializeToElement(value) } };

        CsvText.Of(records, CsvUse.Portability).ShouldBe($"a\r\n{faithful}\r\n");
        CsvText.Of(records, CsvUse.Officers).ShouldBe($"a\r\n{harmless}\r\n");
    }

    private sealed class Sent : IPortabilityTransfer
    {
        public List<PortabilityPackage> Packages { get; } = [];

        public ValueTask<string> SendAsync(PortabilityPackage package, Uri to, CancellationToken cancellationToken)
        {
            Packages.Add(package);
            return ValueTask.FromResult("received");
        }
    }

    [Fact]
    public async Task Nothing_is_taken_along_whose_contract_and_time_were_over_when_it_was_asked_for()
    {
        // The contract ended on 3 November; the three months after it are over on 3 February.
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer("c1", new LocalDate(2025, 11, 3)));
        var (subject, scope) = (await world.PersonAsync(), new RequestScope { DataSets = ["crm.customers"] });
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, subject, intake => intake with { Scope = scope });
        world.Set(2026, 2, 10);

        (await world.Requests.ComposePackageAsync(request.Id)).Files.ShouldContain(file => file.Name == "crm.customers.json", "the request keeps it");
        await world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day.");
        await world.Requests.ExecuteAsync(request.Id);
        await world.AnswerAndCloseAsync(request);
        var late = await world.ReceiveAsync(DataSubjectRight.Portability, subject, intake => intake with { Scope = scope });

        (await world.Requests.ComposePackageAsync(late.Id)).Files.ShouldNotContain(file => file.Name == "crm.customers.json");
        (await world.Requests.AssessAsync(late.Id)).Lines.ShouldAllBe(line => line.Verdict == RightsVerdict.NotApplicable);
    }

    [Fact]
    public async Task Free_text_that_may_be_about_others_is_reviewed_before_it_is_taken_along_or_sent_on()
    {
        var policy = RightsWorld.PolicyWith(json => json["activities"]!["support"]!["basis"] = JsonNode.Parse("""{ "contract": {} }"""));
        var data = new RightsData();
        data.Tickets.Put(new Ticket("t1", "c1", null, "Marker of somebody else", null, new LocalDate(2026, 1, 10)));
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), data, policy: policy);
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, await world.PersonAsync());
        var (package, sent) = (await world.Requests.ComposePackageAsync(request.Id), new Sent());

        package.ToReview.ShouldBe(["desk.tickets"]);
        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.TransferAsync(package, new Uri("https://other.example/take"), sent, RightsWorld.Officer))).Code.ShouldBe("E-DSR-06");
        sent.Packages.ShouldBeEmpty();
        await world.CompleteAsync("review-other-people", "reviewed");
        await world.Requests.TransferAsync(package, new Uri("https://other.example/take"), sent, RightsWorld.Officer);
        sent.Packages.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true, "E-DSR-09")]
    [InlineData(false, "E-DSR-12")]
    public async Task What_was_put_together_before_the_identity_was_doubted_or_the_request_refused_is_sent_to_nobody(bool isDoubted, string code)
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var scope = new RequestScope { DataSets = ["crm.customers"] };
        var request = await world.ReceiveAsync(DataSubjectRight.Portability, await world.PersonAsync(), intake => intake with { Scope = scope });
        var (package, sent) = (await world.Requests.ComposePackageAsync(request.Id), new Sent());
        await (isDoubted
            ? world.Requests.AskForIdentityAsync(request.Id, "unknown-device", RightsWorld.Officer)
            : world.Requests.RefuseAsync(request.Id, RightsReasons.ManifestlyUnfounded, RightsWorld.Officer, "Asked for every day."));

        (await Should.ThrowAsync<RequestException>(() =>
            world.Requests.TransferAsync(package, new Uri("https://other.example/take"), sent, RightsWorld.Officer))).Code.ShouldBe(code);
        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(package, RightsWorld.Officer))).Code.ShouldBe(code);
        sent.Packages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_to_take_data_along_is_not_answered_by_a_letter_without_the_package()
    {
        await using var world = RightsWorld.Open(new LocalDateTime(2026, 2, 2, 10, 0), new RightsData().Customer());
        var request = await world.ReceiveAsync(
            DataSubjectRight.Portability, await world.PersonAsync(), intake => intake with { Scope = new RequestScope { DataSets = ["crm.customers"] } });
        await world.Requests.AssessAsync(request.Id);
        await world.Requests.DecideAsync(request.Id, RightsWorld.Officer);
        var letter = await world.Requests.ComposeAnswerAsync(request.Id);

        (await Should.ThrowAsync<RequestException>(() => world.Requests.GiveAnswerAsync(letter, RightsWorld.Officer))).Code.ShouldBe("E-DSR-07");

        await world.Requests.GiveAnswerAsync(await world.Requests.ComposePackageAsync(request.Id), RightsWorld.Officer);
        (await world.Requests.CloseAsync(request.Id, RightsWorld.Officer)).Phase.ShouldBe(RequestPhase.Closed);
    }
}
