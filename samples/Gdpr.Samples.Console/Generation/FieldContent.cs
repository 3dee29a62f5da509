using System.Globalization;
using Bogus;

namespace Gdpr.Samples.Generation;

/// <summary>Content for a field, by the category that the policy gives it.</summary>
internal static class FieldContent
{
    /// <summary>Invents the content of a field.</summary>
    /// <param name="id">The field's id.</param>
    /// <param name="category">The category's id in the policy.</param>
    /// <param name="person">Whose record it is.</param>
    /// <param name="row">The record's number, for numbers of orders and invoices.</param>
    /// <param name="faker">Where chance comes from.</param>
    public static string Of(string id, string category, Person person, int row, Faker faker)
    {
        return category switch
        {
            "identity.name" => person.Name,
            "identity.first-name" => person.FirstName,
            "identity.last-name" => person.LastName,
            "identity.customer-number" => Text($"K{person.Number:00000}"),
            "identity.employee-number" => Text($"A{person.Number:000}"),
            "identity.national-number" => person.NationalNumber,
            "identity.picture" => Text($"portratt-{person.Number:00000}.jpg"),
            "contact.email" => person.PrivateMail,
            "contact.work-email" => person.WorkMail,
            "contact.phone" => person.Mobile,
            "contact.work-phone" => person.WorkPhone,
            "contact.postal-address" or "company.address" => $"{person.Street}, {person.PostalTown}",
            "work.company" => person.Company,
            "work.role" => person.Role,
            "work.department" => Pick(Words.Departments),
            "work.employment" => Text($"Tillsvidare, {faker.Random.Int(50, 100)} %"),
            "account.username" => person.UserName,
            "account.password" => Text($"$argon2id$v=19${faker.Random.Hexadecimal(32, "")}"),
            "account.permissions" => Pick(Words.Rights),
            "account.settings" => Pick(Words.Settings),
            "online.ip-address" => person.IpAddress,
            "online.cookie-id" => Text($"c{person.Number:00000}{faker.Random.Int(100, 999)}"),
            "online.device-id" => Text($"02:00:5e:00:53:{person.Number % 256:x2}"),
            "online.browser" => Pick(Words.Browsers),
            "online.visits" => Pick(Words.Pages),
            "online.profile" => Pick(Words.Interests),
            "communication.metadata" => $"{person.WorkMail} → support@it.example",
            "communication.message" or "communication.chat" => Pick(Words.Messages),
            "commerce.order-number" => Text($"O{row:000000}"),
            "commerce.order" or "commerce.contract" => Pick(Words.Orders),
            "commerce.invoice" => Text($"Faktura F{row:000000}, {faker.Random.Int(99, 24_000)} kr"),
            "commerce.bank-account" => Text($"Betald till bankgiro, referens {row:000000}"),
            "commerce.service-usage" => Pick(Words.Services),
            "commerce.credit-record" => Text($"Skuldsaldo {faker.Random.Int(0, 9) * 1000} kr"),
            "commerce.credit-rating" => Pick(Words.Ratings),
            "log.event" or "log.security-event" => Pick(Words.LogEvents),
            "offence" => Pick(Words.Suspicions),
            "free-text" => Pick(id switch { "resolution" => Words.Resolutions, "file-name" => Words.Files, _ => Words.Notes }),
            _ => Pick(Words.Notes),
        };

        string Pick(string[] words) => faker.PickRandom(words);

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
