using Gdpr.Core.Tests.Disposal;
using Gdpr.Retention;
using Gdpr.Sources;
using Gdpr.Testing;

namespace Gdpr.Core.Tests.Sources;

/// <summary>The source in memory gives out what every source gives out.</summary>
public sealed class InMemoryExportTests
{
    private static readonly ExportSourceContract Contract = new(() => ContractHost.Of(NewHandle()));

    public static TheoryData<string> Cases => [.. Contract.Cases.Select(one => one.Name)];

    [Theory, MemberData(nameof(Cases))]
    public Task People_get_what_the_contract_says(string name) => Contract.RunAsync(name, CancellationToken.None);

    [Fact]
    public async Task A_data_set_whose_fields_are_not_read_gives_nothing_out_and_says_so()
    {
        var data = new ShopData().Fill(2);
        await data.Crm.PrepareAsync(RetentionSchedule.Compile(Shop.Policy()), CancellationToken.None);

        data.Crm.Exports("crm.customers").ShouldBeFalse();
        new SourceInventory([data.Crm]).FindExporting("crm.customers").ShouldBeNull();
        (await Should.ThrowAsync<SourceMappingException>(async () => await data.Crm.ExportAsync("crm.customers", ["p"], CancellationToken.None).ToListAsync()))
            .Problems.ShouldContain("Field 'name' of 'crm.customers' is not read: say how.");
    }

    [Fact]
    public async Task Every_problem_of_the_parties_is_named_at_once()
    {
        var source = new InMemorySource("mail");
        source.Add<Message>(ExportSourceContract.DataSet, message => message.Key, messages => Fields(messages)
            .Subject(message => message.Sender)
            .Party("Sender", PartyKind.Mentioned, message => message.Sender, message => message, "sender-name", "subject")
            .Party("clerk", PartyKind.Mentioned, message => message.Clerk, message => message, "sender-name")
            .Party("clerk", PartyKind.Mentioned, message => message.Clerk, message => message)
            .Shared("colour"));

        var problems = (await Should.ThrowAsync<SourceMappingException>(async () => await source.PrepareAsync(ExportSourceContract.Schedule, CancellationToken.None))).Problems;

        problems.ShouldBe(
        [
            "'mail.messages': the role 'Sender' is no name; use lower-case letters, digits and hyphens, a letter first.",
            "'mail.messages': two parties have the role 'clerk'; give each a role of its own.",
            "'mail.messages': no party is an owner; say whose the record is.",
            "'mail.messages': field 'sender-name' is named by several parties (Sender, clerk); leave it to one, or to none where it belongs to the owners together.",
            "'mail.messages': the parties name a field 'subject' that the policy does not have; declare it, or take it out of the parties.",
            "'mail.messages': the parties name a field 'colour' that the policy does not have; declare it, or take it out of the parties.",
            "'mail.messages' has a subject and parties: keep one of the two.",
        ]);
    }

    private static ExportSourceHandle NewHandle()
    {
        var source = new InMemorySource("mail");
        var messages = source.Add<Message>(ExportSourceContract.DataSet, message => message.Key, map => Fields(map)
            .Party("sender", PartyKind.Owner, message => message.Sender, message => message with { Sender = null }, "sender-name")
            .Party("recipient", PartyKind.Owner, message => message.Recipient, message => message with { Recipient = null }, "recipient-name")
            .Party("clerk", PartyKind.Mentioned, message => message.Clerk, message => message with { Clerk = null }, "clerk-note")
            .Shared("topic")
            .Rectify("body", (message, value) => message with { Body = value.GetString() })
            .Rectify("sender-name", (message, value) => message with { SenderName = value.GetString() })
            .Rectify("recipient-name", (message, value) => message with { RecipientName = value.GetString() })
            .Rectify("clerk-note", (message, value) => message with { ClerkNote = value.GetString() }));
        return new ExportSourceHandle(source, (added, _) =>
        {
            foreach (var record in added)
            {
                messages.Put(new Message(
                    $"m{record.Number}", record.Sender, record.Recipient, record.Clerk, record.Body, record.Topic, record.SenderName, record.RecipientName, record.ClerkNote));
            }

            return ValueTask.FromResult<IReadOnlyList<string>>([.. added.Select(record => $"m{record.Number}")]);
        });
    }

    private static InMemoryDataSetBuilder<Message> Fields(InMemoryDataSetBuilder<Message> messages) => messages
        .Trigger("closed", _ => TriggerValue.Missing)
        .Field("body", message => message with { Body = null }, message => message.Body)
        .Field("topic", message => message with { Topic = null }, message => message.Topic)
        .Field("sender-name", message => message with { SenderName = null }, message => message.SenderName)
        .Field("recipient-name", message => message with { RecipientName = null }, message => message.RecipientName)
        .Field("clerk-note", message => message with { ClerkNote = null }, message => message.ClerkNote);

    private sealed record Message(
        string Key, string? Sender, string? Recipient, string? Clerk, string? Body, string? Topic, string? SenderName, string? RecipientName, string? ClerkNote);
}
